"""For You and Following: the log of signals, the stages of a page, and the reasons behind it."""
