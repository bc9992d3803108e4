"""What can be done about being seen near by, one verb a file."""
