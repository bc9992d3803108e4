"""The verbs of the conversations, one a file."""
