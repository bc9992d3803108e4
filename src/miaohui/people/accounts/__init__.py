"""Accounts: who somebody is, how they sign in, on which devices, and what is kept of them."""
