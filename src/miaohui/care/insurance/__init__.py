"""Freight insurance: the way back costs the buyer nothing."""
