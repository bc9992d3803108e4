"""Short videos: from an arrived file to what people watch."""
