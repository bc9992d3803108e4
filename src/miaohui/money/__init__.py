"""What money does: the ledger, payments with their providers, and settlement with shops and creators."""
