"""What a person may want next: the interest engine, and the feed that asks it."""
