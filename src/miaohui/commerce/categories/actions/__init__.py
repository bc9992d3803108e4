"""The verbs of the categories of goods, one a file."""
