"""The verbs of the insurance, one a file."""
