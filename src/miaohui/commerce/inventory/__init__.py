"""How many there are, who holds them, and every movement."""
