"""The verbs of the parcels, one a file."""
