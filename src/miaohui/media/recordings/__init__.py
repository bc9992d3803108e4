"""Voice notes and clips of messages, made fit to be played anywhere. Owns no tables: messaging has them."""
