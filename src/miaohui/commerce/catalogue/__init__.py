"""Categories with their rules, products, variants, pictures, showcases."""
