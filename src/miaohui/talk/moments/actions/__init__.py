"""The verbs of the moments, one a file."""
