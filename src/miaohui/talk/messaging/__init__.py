"""Conversations: who writes to whom, what was written, and what each of a person's devices has heard of it."""
