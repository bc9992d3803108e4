"""What a shop offers to whoever sells its goods. It knows products by their ids; the catalogue stands above."""
