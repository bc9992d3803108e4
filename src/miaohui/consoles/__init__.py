"""Consoles: pages over several domains; they own no tables."""
