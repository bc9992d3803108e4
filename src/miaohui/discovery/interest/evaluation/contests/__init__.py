"""One file per kind of set: what is fitted, on what, and what it is asked."""
