"""The verbs of the ledger, one a file."""
