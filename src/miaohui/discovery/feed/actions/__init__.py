"""What changes the feed's rows, one verb a file."""
