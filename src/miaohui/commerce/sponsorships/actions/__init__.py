"""The verbs of sponsorships, one a file."""
