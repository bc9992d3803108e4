"""Trades, orders and lines: what was agreed, and what has become of it."""
