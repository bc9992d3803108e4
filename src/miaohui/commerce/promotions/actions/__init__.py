"""The verbs of the promotions, one a file."""
