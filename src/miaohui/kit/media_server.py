"""Sends stored files to browsers: in ranges, never twice, without holding up the loop."""

import asyncio
import os
import re
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler, asgi
from litestar.types import Receive, Scope, Send

from miaohui.kit.blobs import BlobNotFound, Blobs, FolderBlobs, InvalidBlobKey, content_type_of
from miaohui.kit.blobs.contract import SIGNED_URL_S
from miaohui.kit.blobs.folder import etag_of
from miaohui.kit.errors import NotFound

_FOR_EVER = "public, max-age=31536000, immutable"
_PRIVATE = "private/"
_CHUNK_BYTES = 256 * 1024
_PLAYLIST = ".m3u8"
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)
# Linux reads from the page cache alone with this flag, and refuses rather than wait for the disk.
_ONLY_CACHED = getattr(os, "RWF_NOWAIT", None)

Headers = list[tuple[bytes, bytes]]


class Span(msgspec.Struct, frozen=True):
    """Part of a file: from byte `start` up to, not including, byte `end`."""

    start: int
    end: int


NOTHING = Span(0, 0)


class Head(msgspec.Struct, frozen=True):
    """How a request for a file is answered; a HEAD gets all but the bytes."""

    status: int
    headers: Headers
    span: Span


class _Unsatisfiable(Exception):
    """The range lies behind the end of the file."""


def media_route(blobs: Blobs, path: str = "/media") -> ASGIRouteHandler:
    """Return the route that serves every key below `path`, apart from private ones, to everybody, for ever."""

    @asgi(path, is_static=True, copy_scope=False)
    async def media(scope: Scope, receive: Receive, send: Send) -> None:
        # The router calls every mount by the root's name.
        scope["path_template"] = path
        key = scope["path"].removeprefix("/")
        if key.startswith(_PRIVATE):
            raise NotFound
        await BlobAnswer(blobs, key)(scope, receive, send)

    return media


class BlobAnswer:
    """An ASGI answer with a stored file; a route that has checked the person may return it for a private key.

    download_name: what the browser saves it as; empty shows it in place.
    Raises NotFound for a key that nothing is stored under, and for what is no key.
    """

    def __init__(self, blobs: Blobs, key: str, *, cache_control: str = _FOR_EVER, download_name: str = "") -> None:
        self._blobs = blobs
        self._key = key
        self._headers: Headers = [
            (b"cache-control", cache_control.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        if download_name:
            self._headers.append((b"content-disposition", f'attachment; filename="{download_name}"'.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = str(scope.get("method"))
        if method not in {"GET", "HEAD"}:
            raise MethodNotAllowedException(headers={"Allow": "GET, HEAD"})
        try:
            if isinstance(self._blobs, FolderBlobs):
                await self._send_file(self._blobs.path_of(self._key), scope, receive, send)
            elif method == "GET" and not self._key.endswith(_PLAYLIST):
                await self._send_elsewhere(send)
            else:
                await self._send_copy(method, send)
        except (InvalidBlobKey, BlobNotFound):
            raise NotFound from None

    async def _send_file(self, path: Path, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope.get("method")
        # Opening and fstat take microseconds on a local disk, less than a thread would.
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise BlobNotFound(self._key) from None
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise BlobNotFound(self._key)
            asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
            if method == "HEAD":
                asked.pop(b"range", None)
            head = head_of(found, asked=asked, content_type=content_type_of(self._key))
            headers = [*head.headers] if head.status == 416 else [*self._headers, *head.headers]
            await send({"type": "http.response.start", "status": head.status, "headers": headers})
            await _send_span(descriptor, NOTHING if method == "HEAD" else head.span, receive, send)
        finally:
            os.close(descriptor)

    async def _send_elsewhere(self, send: Send) -> None:
        """Send the browser to the storage itself; it keeps the signed address for half of its life."""
        url = self._blobs.url(self._key)
        if url is None:
            raise TypeError(f"{type(self._blobs).__name__} has neither files nor addresses")
        headers = [
            (b"location", url.encode()),
            (b"cache-control", f"private, max-age={SIGNED_URL_S // 2}".encode()),
            (b"content-length", b"0"),
        ]
        await send({"type": "http.response.start", "status": 307, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_copy(self, method: str, send: Send) -> None:
        """Send a playlist ourselves: its relative addresses must lead back here, where each is signed."""
        found = await asyncio.to_thread(self._blobs.stat, self._key)
        if found is None:
            raise BlobNotFound(self._key)
        body = b"" if method == "HEAD" else await asyncio.to_thread(_read, self._blobs, self._key)
        headers = [
            *self._headers,
            (b"content-type", found.content_type.encode()),
            (b"content-length", str(found.size_bytes).encode()),
            (b"etag", found.etag.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _read(blobs: Blobs, key: str) -> bytes:
    with blobs.open(key) as file:
        return file.read()


def head_of(found: os.stat_result, *, asked: Mapping[bytes, str], content_type: str) -> Head:
    """Decide how to answer a GET or HEAD for a file (RFC 9110, 13.2.2: first whether, then which part).

    asked: the request's headers, names in lower case.
    """
    size = found.st_size
    etag = etag_of(found)
    modified_at = datetime.fromtimestamp(int(found.st_mtime), UTC)
    headers = [
        (b"etag", etag.encode()),
        (b"last-modified", format_datetime(modified_at, usegmt=True).encode()),
        (b"accept-ranges", b"bytes"),
    ]
    if _is_known(asked, etag, modified_at):
        return Head(304, headers, NOTHING)
    try:
        span = _asked_span(asked, size, etag, modified_at)
    except _Unsatisfiable:
        headers += [(b"content-range", f"bytes */{size}".encode()), (b"content-length", b"0")]
        return Head(416, headers, NOTHING)
    headers.append((b"content-type", content_type.encode()))
    if span is None:
        return Head(200, [*headers, (b"content-length", str(size).encode())], Span(0, size))
    headers += [
        (b"content-range", f"bytes {span.start}-{span.end - 1}/{size}".encode()),
        (b"content-length", str(span.end - span.start).encode()),
    ]
    return Head(206, headers, span)


def _is_known(asked: Mapping[bytes, str], etag: str, modified_at: datetime) -> bool:
    """Return whether the browser has the file already (RFC 9110, 13.1.2 and 13.1.3)."""
    if (tags := asked.get(b"if-none-match")) is not None:
        return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    since = _date(asked.get(b"if-modified-since"))
    return since is not None and modified_at <= since


def _asked_span(asked: Mapping[bytes, str], size: int, etag: str, modified_at: datetime) -> Span | None:
    """Return the part that is asked for, None for the whole (RFC 9110, 14.2).

    Several ranges at once, other units and broken headers are answered with the whole, as the standard
    allows. Raises _Unsatisfiable.
    """
    found = _RANGE.fullmatch(asked.get(b"range", "").strip())
    if found is None:
        return None
    condition = asked.get(b"if-range")
    if condition is not None and condition.strip() != etag and _date(condition) != modified_at:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        if int(suffix) == 0 or size == 0:
            raise _Unsatisfiable
        return Span(max(size - int(suffix), 0), size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise _Unsatisfiable
    return Span(start, min(int(last) + 1, size) if last else size)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


async def _send_span(descriptor: int, span: Span, receive: Receive, send: Send) -> None:
    gone: asyncio.Future[Any] | None = None
    offset = span.start
    try:
        while span.end - offset > _CHUNK_BYTES:
            if gone is None:
                await receive()
                # A player that seeks hangs up; without listening we would read the rest for nobody.
                gone = asyncio.ensure_future(receive())
            elif gone.done():
                return
            chunk = await _read_chunk(descriptor, offset, _CHUNK_BYTES)
            offset += len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            # Bytes from memory to a fast reader, or to one that is gone, never wait: the loop must still turn.
            await asyncio.sleep(0)
        rest = await _read_chunk(descriptor, offset, span.end - offset) if span.end > offset else b""
        await send({"type": "http.response.body", "body": rest, "more_body": False})
    finally:
        if gone is not None:
            gone.cancel()


async def _read_chunk(descriptor: int, offset: int, length: int) -> bytes:
    """Return exactly `length` bytes: at once if they are in memory, from a thread if the disk must turn."""
    chunk = _read_cached(descriptor, offset, length)
    while len(chunk) < length:
        more = await asyncio.to_thread(os.pread, descriptor, length - len(chunk), offset + len(chunk))
        if not more:
            raise EOFError("a stored file has become shorter while it was sent")
        chunk += more
    return chunk


def _read_cached(descriptor: int, offset: int, length: int) -> bytes:
    if _ONLY_CACHED is None:
        return b""
    buffer = bytearray(length)
    try:
        count = os.preadv(descriptor, [buffer], offset, _ONLY_CACHED)
    except OSError:
        # Not cached (EAGAIN), or a file system that does not know the flag: the thread reads it, errors and all.
        return b""
    return bytes(memoryview(buffer)[:count])
