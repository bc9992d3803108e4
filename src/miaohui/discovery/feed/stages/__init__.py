"""The stages of a page; for_you.py lists them in their order."""
