"""The verbs of the stock, one a file."""
