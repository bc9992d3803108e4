"""What can be done with a shake, one verb a file."""
