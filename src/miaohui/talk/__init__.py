"""How people talk: messages, calls, stickers, moments, and what they are told."""
