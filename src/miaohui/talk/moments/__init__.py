"""The friends' tab: what people show their friends, and what common friends say to it."""
