"""The verbs of uploads, one a file."""
