"""The verbs of the comments, one a file."""
