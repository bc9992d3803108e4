"""The verbs of after-sales, one a file."""
