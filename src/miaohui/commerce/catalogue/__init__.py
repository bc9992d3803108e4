"""Products, variants, pictures, showcases, and what a clip carries."""
