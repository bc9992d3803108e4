"""The verbs of compensation, one a file."""
