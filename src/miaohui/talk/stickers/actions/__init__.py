"""The verbs of stickers."""
