"""Refunds, returns, exchanges, and disputes about them."""
