"""Session tokens: 256 random bits, of which only the SHA-256 is kept.

A plain hash is enough here: unlike a password, nobody can guess the value behind it.
"""

import hashlib
import secrets

_TOKEN_BYTES = 32


def new_token() -> str:
    """Return a fresh token (43 URL-safe characters)."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """Return what is stored of a token (32 bytes)."""
    return hashlib.sha256(token.encode()).digest()
