"""The verbs of the merchants, one a file."""
