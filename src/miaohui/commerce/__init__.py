"""Shops and what they sell, from the application of a merchant to the parcel at the door."""
