"""The tree of categories, and the rules of each."""
