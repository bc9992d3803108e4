"""What a storage of files promises, whichever it is."""

import re
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

MAX_KEY_LENGTH = 512
SIGNED_URL_S = 3600
"""How long an address from `url` works."""
# Longer names fail on common file systems; a leading dot is left to the folder's own housekeeping.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199})*", re.ASCII)

_CONTENT_TYPES = {
    "": "application/octet-stream",
    ".avif": "image/avif",
    ".bin": "application/octet-stream",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4a": "audio/mp4",
    ".m4s": "video/iso.segment",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".npz": "application/octet-stream",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ts": "video/mp2t",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".zip": "application/zip",
}


class InvalidBlobKey(ValueError):
    """The text cannot be a key: it is empty, too long, climbs, or has characters outside `A-Za-z0-9._-/`."""


class BlobNotFound(LookupError):
    """No file is stored under the key."""


class BlobStat(msgspec.Struct, frozen=True):
    """What is known of a stored file without reading it. `etag` is quoted, ready for HTTP (RFC 9110, 8.8.3)."""

    key: str
    size_bytes: int
    content_type: str
    etag: str
    modified_at: datetime


class Blobs(ABC):
    """Files under keys such as `videos/7/360p/init.mp4`, written whole, then read many times.

    No key is the folder of another. A key is given once: what readers and caches have seen under it must not change, so new content
    takes a new key. Writing the same content again is harmless, and that is how a repeated job ends.
    A key's suffix decides its content type, so what an upload claims to be never reaches a browser.
    Keys under `private/` are never served by `/media/`; a route that has checked the person sends them.

    All methods block, and are made for worker processes; a web process calls `stat` and `url` at most.
    Every method raises InvalidBlobKey for what is no key.
    """

    @abstractmethod
    def put(self, key: str, source: Path | bytes, content_type: str | None = None) -> BlobStat:
        """Store the file or the bytes under `key`; on return it is durable and visible as a whole.

        Until then readers see what was there before, also when the process dies half-way.
        content_type: may repeat what the key's suffix says; anything else is a ValueError.
        """

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """Open the file for reading, seekable. Raises BlobNotFound."""

    @abstractmethod
    def path_for_reading(self, key: str) -> AbstractContextManager[Path]:
        """Lend a local path with the content, for programs such as ffmpeg that want one; read only.

        It has the key's suffix and may vanish when the block ends. Raises BlobNotFound.
        """

    @abstractmethod
    def stat(self, key: str) -> BlobStat | None:
        """Return what is known of the file, None when there is none."""

    @abstractmethod
    def keys(self, prefix: str = "") -> list[str]:
        """Return every key below the folder `prefix`, sorted; for housekeeping, not for requests."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove the file; removing what is not there is fine."""

    @abstractmethod
    def delete_prefix(self, prefix: str) -> int:
        """Remove all files below the folder `prefix` (`videos/7` spares `videos/70`); return how many."""

    @abstractmethod
    def url(self, key: str) -> str | None:
        """Return an address from which a browser fetches the file by itself for SIGNED_URL_S seconds.

        None means that this server sends the file itself, under `/media/{key}`.
        """

    @abstractmethod
    def remove_leftovers(self, *, before: datetime) -> int:
        """Remove what writers that died before that moment have left half-written; return how many."""


def check_key(key: str) -> str:
    """Return the key when it is one, raise InvalidBlobKey otherwise."""
    if len(key) > MAX_KEY_LENGTH or _KEY.fullmatch(key) is None:
        raise InvalidBlobKey(key[:80])
    return key


def content_type_of(key: str) -> str:
    """Return the content type that the key's suffix stands for; ValueError for a suffix that is not known."""
    suffix = PurePosixPath(key).suffix.lower()
    if suffix not in _CONTENT_TYPES:
        raise ValueError(f"no content type is known for {suffix!r}; add it to kit/blobs/contract.py")
    return _CONTENT_TYPES[suffix]


def agreed_content_type(key: str, claimed: str | None) -> str:
    """Return the content type of the key; ValueError when the writer claims another one."""
    known = content_type_of(key)
    if claimed is not None and claimed.partition(";")[0] != known.partition(";")[0]:
        raise ValueError(f"{key} is {known} by its suffix, not {claimed}")
    return known
