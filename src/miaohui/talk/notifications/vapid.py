"""The key by which push services know this server (RFC 8292)."""

import base64
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02

_FILE = "vapid.pem"


@cache
def vapid_key(data_dir: Path) -> Vapid02:
    """Return the key in the data folder; make one, that only the owner of the file can read, at first."""
    path = data_dir / _FILE
    if not path.exists():
        _make(path)
    return Vapid02.from_pem(path.read_bytes())


def public_text(key: Vapid02) -> str:
    """Return the public part as browsers want it: the uncompressed point in base64url."""
    point = key.public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _make(path: Path) -> None:
    fresh = Vapid02()
    fresh.generate_keys()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{_FILE}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh.private_pem())
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link appears whole and never replaces: whichever process comes first, both read the same key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
