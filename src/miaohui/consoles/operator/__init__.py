"""The operators' pages: what waits for a person, and the books."""
