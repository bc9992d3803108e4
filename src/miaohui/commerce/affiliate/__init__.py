"""What a shop offers to whoever sells its goods."""
