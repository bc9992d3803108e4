"""People near by: opt-in for two hours, in cells and buckets only."""
