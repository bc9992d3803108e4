"""The platform pays first, and takes it back from whoever owes it."""
