"""The verbs of the commission offers, one a file."""
