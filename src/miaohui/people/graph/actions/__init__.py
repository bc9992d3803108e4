"""The verbs of the graph, one a file."""
