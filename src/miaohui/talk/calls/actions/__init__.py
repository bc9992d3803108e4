"""The verbs of calls, one a file."""
