"""The goods of all shops as buyers see them: lists, windows and cards, at the prices of this moment."""
