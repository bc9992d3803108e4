"""Make the archive of a person's data."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import IO

import msgspec
import sqlalchemy as sa

from miaohui.kit.blobs import BlobNotFound, Blobs
from miaohui.kit.db import Database, Tx
from miaohui.people.accounts.export import Contribution, ExportedFile, contributions
from miaohui.people.accounts.tables import data_export

EXPORT_LASTS = timedelta(days=7)
_COPY_BYTES = 1 << 20
_encoder = msgspec.json.Encoder()


def export_folder(account_id: int) -> str:
    """Return the prefix of an account's archives; `private/` is what `/media/` never serves."""
    return f"private/exports/{account_id}"


def export_key(account_id: int, export_id: int) -> str:
    """Return the key of one archive."""
    return f"{export_folder(account_id)}/{export_id}.zip"


def write_archive(
    db: Database, blobs: Blobs, *, account_id: int, target: Path, progress: Callable[[float], None]
) -> None:
    """Write a ZIP with one JSON file per contribution, and the person's own files.

    Every contribution is read in a transaction of its own. `progress` hears the done part, 0 to 1.
    """
    parts = contributions()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, part in enumerate(parts):
            with archive.open(f"{part.name}.json", "w", force_zip64=True) as file:
                db.read_sync(_write_rows, part=part, account_id=account_id, file=file)
            _add_files(db, blobs, archive, part, account_id)
            progress((done + 1) / len(parts))


def _write_rows(tx: Tx, *, part: Contribution, account_id: int, file: IO[bytes]) -> None:
    file.write(b"[")
    for number, row in enumerate(part.rows(tx, account_id)):
        file.write(b",\n" if number else b"\n")
        file.write(_encoder.encode(row))
    file.write(b"\n]\n")


def _add_files(db: Database, blobs: Blobs, archive: zipfile.ZipFile, part: Contribution, account_id: int) -> None:
    if part.files is None:
        return
    for found in db.read_sync(_list_files, part=part, account_id=account_id):
        # Pictures and clips are compressed already.
        entry = zipfile.ZipInfo(f"files/{part.name}/{found.name}")
        try:
            source = blobs.open(found.key)
        except BlobNotFound:
            # Removed since it was listed; what is gone belongs to nobody's copy.
            continue
        with source, archive.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _COPY_BYTES)


def _list_files(tx: Tx, *, part: Contribution, account_id: int) -> list[ExportedFile]:
    return [] if part.files is None else list(part.files(tx, account_id))


def complete_export(tx: Tx, *, export_id: int, size_bytes: int) -> bool:
    """Offer a finished archive for seven days; False if nobody waits for it any more."""
    waiting = sa.and_(data_export.c.id == export_id, data_export.c.state == "queued")
    ready = {
        "state": "ready",
        "ready_at": tx.now,
        "expires_at": tx.now + EXPORT_LASTS,
        "size_bytes": size_bytes,
    }
    return tx.changed(sa.update(data_export).where(waiting).values(ready)) == 1


def fail_export(tx: Tx, *, reason: str, account_id: int, export_id: int) -> None:
    """Tell the person that it did not work, so that they can ask again; the job keeps the reason."""
    waiting = sa.and_(data_export.c.id == export_id, data_export.c.state == "queued")
    tx.execute(sa.update(data_export).where(waiting).values(state="failed"))
