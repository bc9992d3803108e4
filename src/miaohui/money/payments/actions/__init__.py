"""What is done about payments and refunds, one verb a file."""
