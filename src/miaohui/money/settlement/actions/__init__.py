"""The verbs of settlement, one a file."""
