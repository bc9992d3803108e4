"""Takes the bytes of one request to disk, and acknowledges them bit by bit.

The order is always: bytes into the file, fsync, row, answer. So a server that is killed at any instant
has at least as many bytes in the file as the row says, and the row at least as many as any client heard.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from miaohui.kit.db import Database
from miaohui.kit.errors import Refusal
from miaohui.media.uploads.access import UploadGone, access_upload
from miaohui.media.uploads.actions.advance_upload import OffsetMismatch, advance_upload
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.uploads.files import BytesMissing, UploadBusy, UploadFiles, UploadWriter
from miaohui.media.uploads.queries import Upload
from miaohui.media.uploads.tus import Checksum, ChecksumMismatch, ChunkTooLarge

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[Any]]

_WRITE_BYTES = 1 << 20
_ACKNOWLEDGE_BYTES = 8 << 20
_ACKNOWLEDGE_S = 2.0
"""At the latest after so much, or so long, a killed server has lost nothing before."""
_SILENT_S = 2.0
"""A request that heard nothing for so long gives way: on a phone that changed its network, the old
connection looks alive for minutes."""
_PATIENCE_S = 30.0


class ConnectionSilent(Refusal):
    """No byte came for half a minute; what had come is kept."""

    code = "upload_silent"
    status = 408
    title = "No more bytes came; what had arrived is kept"


class _Slot:
    """A request of this process that is writing to an upload."""

    def __init__(self) -> None:
        self.heard_at = time.monotonic()
        self.give_way = asyncio.Event()
        self.released = asyncio.Event()


class Slots:
    """Who writes to which upload in this process."""

    def __init__(self) -> None:
        self._slots: dict[int, _Slot] = {}

    async def take(self, upload_id: int) -> _Slot:
        """Return a slot, from whoever had it and has gone silent. Raises UploadBusy."""
        while (taken := self._slots.get(upload_id)) is not None:
            if time.monotonic() - taken.heard_at < _SILENT_S:
                raise UploadBusy
            taken.give_way.set()
            await taken.released.wait()
        slot = self._slots[upload_id] = _Slot()
        return slot

    def release(self, upload_id: int) -> None:
        self._slots.pop(upload_id).released.set()


class Receiver:
    """Receives bodies for the uploads of this process."""

    def __init__(self) -> None:
        self._slots = Slots()

    async def receive(
        self,
        *,
        db: Database,
        files: UploadFiles,
        upload: Upload,
        offset_bytes: int,
        content_length: int | None,
        checksum: Checksum | None,
        body: Receive,
    ) -> Upload:
        """Append a request's body to an upload and return the upload as acknowledged.

        body: the ASGI `receive` of the request. When the connection breaks, what had come is kept,
        unless a checksum was promised for the whole of it.
        Raises UploadBusy, UploadGone, OffsetMismatch, ChunkTooLarge, ChecksumMismatch, ConnectionSilent.
        """
        slot = await self._slots.take(upload.id)
        try:
            writer = await asyncio.to_thread(files.open_for_writing, upload.id)
            try:
                current = await db.read(access_upload, upload.id, owner_id=upload.owner_id)
                if current.offset_bytes != offset_bytes:
                    raise OffsetMismatch(offset=current.offset_bytes)
                if content_length is not None and offset_bytes + content_length > current.size_bytes:
                    raise ChunkTooLarge(size_bytes=current.size_bytes)
                await self._start(db, writer, current)
                request = _Request(db=db, files=files, upload=current, writer=writer, slot=slot, checksum=checksum)
                return await request.run(body)
            finally:
                await asyncio.to_thread(writer.close)
        finally:
            self._slots.release(upload.id)

    async def _start(self, db: Database, writer: UploadWriter, upload: Upload) -> None:
        try:
            await asyncio.to_thread(writer.start_at, upload.offset_bytes)
        except BytesMissing:
            log.exception("upload %s has lost bytes that were acknowledged", upload.id)
            await db.write(discard_upload, upload_id=upload.id, by_id=None, reason="bytes lost")
            raise UploadGone from None


class _Request:
    """One body on its way into one file."""

    def __init__(
        self,
        *,
        db: Database,
        files: UploadFiles,
        upload: Upload,
        writer: UploadWriter,
        slot: _Slot,
        checksum: Checksum | None,
    ) -> None:
        self._db = db
        self._files = files
        self._upload = upload
        self._writer = writer
        self._slot = slot
        self._checksum = checksum
        self._digest = None if checksum is None else checksum.begin()
        self._waiting = bytearray()
        self._arrived = upload.offset_bytes
        self._acknowledged_at = time.monotonic()
        self._at_end = False

    async def run(self, body: Receive) -> Upload:
        try:
            while (chunk := await self._next(body)) is not None:
                await self._take(chunk)
        except (ConnectionAbortedError, ConnectionSilent, UploadBusy, ChunkTooLarge, asyncio.CancelledError):
            # What came before it broke off counts, unless only the whole can be checked.
            if self._checksum is None:
                await self._acknowledge()
            raise
        if self._digest is not None and self._checksum is not None and self._digest.digest() != self._checksum.expected:
            raise ChecksumMismatch
        await self._acknowledge()
        return self._upload

    async def _next(self, body: Receive) -> bytes | None:
        """The next bytes; None at the end. Raises UploadBusy, ConnectionSilent, ConnectionAbortedError."""
        if self._at_end:
            return None
        hearing = asyncio.ensure_future(body())
        giving_way = asyncio.ensure_future(self._slot.give_way.wait())
        try:
            done, _ = await asyncio.wait(
                {hearing, giving_way}, timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            giving_way.cancel()
            if not hearing.done():
                hearing.cancel()
        if hearing not in done:
            raise UploadBusy if self._slot.give_way.is_set() else ConnectionSilent
        message = hearing.result()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        self._slot.heard_at = time.monotonic()
        self._at_end = not message.get("more_body", False)
        content: bytes = message.get("body", b"")
        return content

    async def _take(self, chunk: bytes) -> None:
        self._arrived += len(chunk)
        if self._arrived > self._upload.size_bytes:
            self._arrived -= len(chunk)
            raise ChunkTooLarge(size_bytes=self._upload.size_bytes)
        self._waiting += chunk
        if self._digest is not None:
            self._digest.update(chunk)
        if len(self._waiting) >= _WRITE_BYTES:
            await self._flush()
        if self._checksum is None and self._is_time():
            await self._acknowledge()

    def _is_time(self) -> bool:
        unacknowledged = self._arrived - self._upload.offset_bytes
        waited_s = time.monotonic() - self._acknowledged_at
        return unacknowledged >= _ACKNOWLEDGE_BYTES or (unacknowledged > 0 and waited_s >= _ACKNOWLEDGE_S)

    async def _flush(self) -> None:
        content, self._waiting = self._waiting, bytearray()
        await asyncio.to_thread(self._writer.write, content)

    async def _acknowledge(self) -> None:
        """Make what has arrived durable, then say so in the row."""
        if self._waiting:
            await self._flush()
        self._acknowledged_at = time.monotonic()
        if self._arrived == self._upload.offset_bytes:
            return
        await asyncio.to_thread(self._writer.sync)
        if self._arrived == self._upload.size_bytes:
            await asyncio.to_thread(self._files.keep, self._upload.id)
        self._upload = await self._db.write(
            advance_upload,
            upload_id=self._upload.id,
            owner_id=self._upload.owner_id,
            from_bytes=self._upload.offset_bytes,
            to_bytes=self._arrived,
        )
        if self._upload.state == "complete":
            await asyncio.to_thread(self._files.settle, self._upload.id)
