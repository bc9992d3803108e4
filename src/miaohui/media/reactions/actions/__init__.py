"""The verbs of the reactions, one a file."""
