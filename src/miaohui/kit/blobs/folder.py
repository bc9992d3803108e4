"""Files in a folder of this machine."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from miaohui.kit.blobs.contract import (
    BlobNotFound,
    Blobs,
    BlobStat,
    agreed_content_type,
    check_key,
    content_type_of,
)
from miaohui.kit.clock import from_ms, to_ms

# A name that no key can have, on the same file system so that the rename is atomic.
_INCOMING = ".incoming"
_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class FolderBlobs(Blobs):
    """Keeps each file under `root/key`. The folder belongs on a local disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / _INCOMING
        self._incoming.mkdir(parents=True, exist_ok=True)

    def path_of(self, key: str) -> Path:
        """Return where the file of this key lies, whether or not it exists."""
        return self.root / check_key(key)

    def put(self, key: str, source: Path | bytes, content_type: str | None = None) -> BlobStat:
        target = self.path_of(key)
        agreed_content_type(key, content_type)
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        incoming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _write_durably(source, file)
            _rename_into_place(incoming, target)
        finally:
            incoming.unlink(missing_ok=True)
        return _stat(key, target)

    def open(self, key: str) -> BinaryIO:
        try:
            return self.path_of(key).open("rb")
        except _NO_FILE:
            raise BlobNotFound(key) from None

    @contextmanager
    def path_for_reading(self, key: str) -> Iterator[Path]:
        path = self.path_of(key)
        if not path.is_file():
            raise BlobNotFound(key)
        yield path

    def stat(self, key: str) -> BlobStat | None:
        path = self.path_of(key)
        try:
            return _stat(key, path) if path.is_file() else None
        except _NO_FILE:
            return None

    def keys(self, prefix: str = "") -> list[str]:
        folder = self.path_of(prefix) if prefix else self.root
        files = (path.relative_to(self.root) for path in folder.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in files if path.parts[0] != _INCOMING)

    def delete(self, key: str) -> None:
        path = self.path_of(key)
        try:
            path.unlink()
        except _NO_FILE:
            return
        self._remove_empty_folders(path.parent)

    def delete_prefix(self, prefix: str) -> int:
        keys = self.keys(check_key(prefix))
        for key in keys:
            self.delete(key)
        return len(keys)

    def _remove_empty_folders(self, folder: Path) -> None:
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                # Not empty, or another writer was faster: both are as they should be.
                return
            folder = folder.parent

    def url(self, key: str) -> str | None:
        check_key(key)
        return None

    def remove_leftovers(self, *, before: datetime) -> int:
        leftovers = [path for path in self._incoming.iterdir() if path.stat().st_mtime * 1000 < to_ms(before)]
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)


def _write_durably(source: Path | bytes, file: BinaryIO) -> None:
    if isinstance(source, bytes):
        file.write(source)
    else:
        with source.open("rb") as outgoing:
            shutil.copyfileobj(outgoing, file, 1 << 20)
    file.flush()
    # mkstemp's files are their owner's alone; a web server beside this process may serve them.
    os.fchmod(file.fileno(), 0o644)
    os.fsync(file.fileno())


def _rename_into_place(incoming: Path, target: Path) -> None:
    while True:
        try:
            changed = _make_folders(target.parent)
            incoming.replace(target)
        except FileNotFoundError:
            # Another's delete took the still empty folder away; but a lost `incoming` would never come back.
            if not incoming.exists():
                raise
            continue
        for folder in [target.parent, *changed]:
            _fsync_folder(folder)
        return


def _make_folders(folder: Path) -> list[Path]:
    """Make the folder and its parents; return those that got a new entry, which wants an fsync too."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        try:
            path.mkdir(exist_ok=True)
        except FileExistsError:
            if path.exists():
                raise
            # Made by another writer, and taken away again before it could be looked at.
            raise FileNotFoundError(path) from None
    return [path.parent for path in missing]


def _fsync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        # The file was deleted again already, and its folder with it.
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stat(key: str, path: Path) -> BlobStat:
    found = path.stat()
    return BlobStat(
        key=key,
        size_bytes=found.st_size,
        content_type=content_type_of(key),
        etag=etag_of(found),
        modified_at=from_ms(found.st_mtime_ns // 1_000_000),
    )


def etag_of(found: os.stat_result) -> str:
    """Return the ETag of a file, strong because a replaced file is another inode with another time."""
    return f'"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"'
