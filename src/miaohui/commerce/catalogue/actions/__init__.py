"""The verbs of the catalogue, one a file."""
