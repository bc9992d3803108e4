"""What people are told of: the list, pushes to their devices, and a letter a day."""
