"""Where candidates come from: each source proposes, the filters and the scores decide."""
