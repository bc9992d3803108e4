"""What is printed and goes with a parcel."""
