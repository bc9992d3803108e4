"""Resumable uploads: bytes arrive in pieces, survive a lost connection and a killed server (tus 1.0)."""
