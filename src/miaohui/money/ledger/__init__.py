"""Double entry: accounts, entries, postings; append-only."""
