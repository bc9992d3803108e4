"""The verbs of the cart, one a file."""
