"""What is taken out before ranking: one file each, named for what it removes."""
