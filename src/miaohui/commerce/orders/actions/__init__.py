"""The verbs of the orders, one a file."""
