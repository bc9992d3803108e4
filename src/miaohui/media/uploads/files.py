"""Where the bytes of an upload lie.

Bytes arrive in a folder of this machine. Where files live in a bucket, a complete upload moves there, so
that a worker on another machine can read it; until then all parts must reach the same machine.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from miaohui.kit.blobs import Blobs, FolderBlobs
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.settings import Settings


class UploadBusy(Refusal):
    """Another request is writing to the same upload."""

    code = "upload_busy"
    status = 423
    title = "This upload is being written to by another request"


class BytesMissing(Exception):
    """The file holds fewer bytes than were acknowledged: somebody has taken it away."""


class UploadFiles:
    """The folder of all uploads of this machine; one file for each, named by its id."""

    def __init__(self, *, settings: Settings, blobs: Blobs) -> None:
        self.folder = settings.data_dir / "uploads"
        self._blobs = blobs
        self._stays_here = isinstance(blobs, FolderBlobs)

    def path_of(self, upload_id: int) -> Path:
        return self.folder / str(upload_id)

    def open_for_writing(self, upload_id: int) -> "UploadWriter":
        """Open the file alone. Raises UploadBusy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return UploadWriter(self.path_of(upload_id))

    def bring(self, source: Path) -> int:
        """Copy a file of this machine in, under the id of an upload that is yet to be noted; returns the id.

        If that never happens, the sweep removes the copy.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        upload_id = new_id()
        target = self.path_of(upload_id)
        with source.open("rb") as outgoing, target.open("xb") as incoming:
            shutil.copyfileobj(outgoing, incoming, 1 << 20)
            incoming.flush()
            os.fsync(incoming.fileno())
        _fsync_folder(self.folder)
        self.keep(upload_id)
        return upload_id

    def keep(self, upload_id: int) -> None:
        """Bring a whole file to where every worker can read it; a repetition does no harm."""
        if not self._stays_here:
            self._blobs.put(_key(upload_id), self.path_of(upload_id))

    def settle(self, upload_id: int) -> None:
        """Once an upload is known to be complete: drop the copy that only this machine can read."""
        if not self._stays_here:
            self.path_of(upload_id).unlink(missing_ok=True)

    @contextmanager
    def lend(self, upload_id: int) -> Iterator[Path]:
        """Lend the path of a complete upload for reading. Raises BlobNotFound if it is gone."""
        here = self.path_of(upload_id)
        if here.exists():
            yield here
            return
        with self._blobs.path_for_reading(_key(upload_id)) as path:
            yield path

    def remove(self, upload_id: int) -> None:
        """Remove the file wherever it lies; removing what is not there is fine."""
        self.path_of(upload_id).unlink(missing_ok=True)
        if not self._stays_here:
            self._blobs.delete(_key(upload_id))

    def ids_here(self, *, untouched_since: datetime) -> list[int]:
        """The uploads that have a file on this machine which nobody has written to since that moment."""
        if not self.folder.exists():
            return []
        old = [path for path in self.folder.iterdir() if path.stat().st_mtime < untouched_since.timestamp()]
        return sorted(int(path.name) for path in old if path.name.isdigit())


class UploadWriter:
    """One file, open for one request; the lock ends with this process, however it ends."""

    def __init__(self, path: Path) -> None:
        is_new = not path.exists()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.offset_bytes = 0
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_new:
                _fsync_folder(path.parent)
        except BlockingIOError:
            os.close(self._descriptor)
            raise UploadBusy from None
        except BaseException:
            os.close(self._descriptor)
            raise

    def start_at(self, offset_bytes: int) -> None:
        """Go on behind `offset_bytes`; what lies there was never acknowledged and is cut off.

        Raises BytesMissing.
        """
        if os.fstat(self._descriptor).st_size < offset_bytes:
            raise BytesMissing
        os.ftruncate(self._descriptor, offset_bytes)
        self.offset_bytes = offset_bytes

    def write(self, content: bytes | bytearray) -> None:
        """Append; the bytes are safe only after `sync`."""
        rest = memoryview(content)
        while rest:
            written = os.pwrite(self._descriptor, rest, self.offset_bytes)
            self.offset_bytes += written
            rest = rest[written:]

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


def _key(upload_id: int) -> str:
    return f"private/uploads/{upload_id}.bin"


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
