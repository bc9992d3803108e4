"""People: who they are and whom they know."""
