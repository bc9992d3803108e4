"""The verbs of videos, one a file."""
