"""Values that only this server can have written: viewer cookies, impression tokens."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

_TAG_BYTES = 12
"""96 bits: forging one value takes 2^95 tries on average, each of them a request."""


class Signer:
    """Signs short texts with HMAC-SHA256, for one named purpose each."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_file(cls, path: Path) -> "Signer":
        """Read the key, or make one that only the owner of the file can read."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            file.write(key := secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        return cls(key)

    def sign(self, purpose: str, text: str) -> str:
        """Return `text` with a tag behind a dot."""
        return f"{text}.{self._tag(purpose, text)}"

    def verify(self, purpose: str, signed: str) -> str | None:
        """Return the text, or None if the tag is not ours for this purpose."""
        text, _, tag = signed.rpartition(".")
        if not text or not signed.isascii() or not hmac.compare_digest(tag, self._tag(purpose, text)):
            return None
        return text

    def _tag(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_TAG_BYTES]).decode()
