"""What goods cost after everything that lowers their price: pure, one step a file."""
