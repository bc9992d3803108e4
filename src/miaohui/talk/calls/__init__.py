"""Voice and video calls of two: ringing, answering, the signals that let two browsers find each other."""
