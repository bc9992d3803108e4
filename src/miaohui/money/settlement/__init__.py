"""What of a sale belongs to whom, and when it is theirs to take."""
