"""The verbs of the checkout, one a file."""
