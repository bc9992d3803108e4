"""The words of the tus resumable upload protocol 1.0.0 (tus.io): versions, metadata, checksums."""

import base64
import binascii
import hashlib
from datetime import datetime
from email.utils import format_datetime
from typing import Protocol

import msgspec

from miaohui.kit.errors import InvalidInput, Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
CHECKSUM_ALGORITHMS = ("sha1", "sha256")
CHUNK_TYPE = "application/offset+octet-stream"
_MAX_METADATA = 4096


class UnsupportedVersion(Refusal):
    """The request names another version of the protocol, or none. The answer's Tus-Version lists ours."""

    code = "tus_version_unsupported"
    status = 412
    title = "This server speaks version 1.0.0 of the tus upload protocol"


class WrongChunkType(Refusal):
    """The bytes do not come as application/offset+octet-stream."""

    code = "upload_content_type"
    status = 415
    title = "The bytes of an upload come as application/offset+octet-stream"


class ChunkTooLarge(Refusal):
    """More bytes than the upload has room for. Data: size_bytes."""

    code = "upload_overflow"
    status = 413
    title = "These are more bytes than were announced"


class ChecksumMismatch(Refusal):
    """The bytes did not arrive as they were sent; none of them is kept."""

    code = "upload_checksum_mismatch"
    status = 460
    title = "The bytes were damaged on their way; please send them again"


class Digest(Protocol):
    """What hashlib returns."""

    def update(self, content: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class Checksum(msgspec.Struct, frozen=True):
    """What the bytes of one request must add up to."""

    algorithm: str
    expected: bytes

    def begin(self) -> Digest:
        # The protocol asks for SHA-1; it guards against damage on the way, not against people.
        return hashlib.new(self.algorithm, usedforsecurity=False)


def check_version(value: str | None) -> None:
    """Raise UnsupportedVersion unless the Tus-Resumable header names our version."""
    if value != VERSION:
        raise UnsupportedVersion


def parse_size(value: str | None, *, header: str) -> int:
    """Return a header that holds a number of bytes. Raises InvalidInput."""
    if value is None or not (value.isascii() and value.isdigit()) or len(value) > 15:
        raise InvalidInput(f"{header} must be a number of bytes.")
    return int(value)


def parse_metadata(header: str) -> dict[str, str]:
    """Return the pairs of an Upload-Metadata header; values that are not UTF-8 come out empty.

    Raises InvalidInput for what is not `key base64, key base64`, or too long.
    """
    if len(header) > _MAX_METADATA:
        raise InvalidInput("Upload-Metadata is too long.")
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in header.split(","))):
        key, _, encoded = part.partition(" ")
        if not key.isascii() or key in pairs:
            raise InvalidInput("Upload-Metadata has a key that is not ASCII, or twice the same.")
        try:
            pairs[key] = base64.b64decode(encoded, validate=True).decode("utf-8", "ignore")
        except binascii.Error:
            raise InvalidInput("Upload-Metadata has a value that is not base64.") from None
    return pairs


def parse_checksum(header: str | None) -> Checksum | None:
    """Return what an Upload-Checksum header promises, None without one.

    Raises InvalidInput for an algorithm that we did not offer, or what is not base64.
    """
    if header is None:
        return None
    algorithm, _, encoded = header.strip().partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        raise InvalidInput(f"Upload-Checksum must be one of {', '.join(CHECKSUM_ALGORITHMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(encoded, validate=True))
    except binascii.Error:
        raise InvalidInput("Upload-Checksum is not base64.") from None


def http_date(moment: datetime) -> str:
    """Return a moment in the form of Upload-Expires (RFC 9110, 5.6.7)."""
    return format_datetime(moment, usegmt=True)
