"""Parcels on their way, out and back."""
