"""Begin an upload."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.media.uploads.actions.advance_upload import LIFETIME
from miaohui.media.uploads.moves import move_upload
from miaohui.media.uploads.queries import Upload, upload_by_id
from miaohui.media.uploads.tables import upload

MAX_OPEN = 20
"""Uploads that one person may have under way or unpublished at once."""
MAX_PER_DAY = 300
_DAY = timedelta(days=1)


class UploadTooLarge(Refusal):
    """The announced size is above the limit of this server. Data: limit_bytes."""

    code = "upload_too_large"
    status = 413
    title = "This file is larger than this server accepts"


class TooManyUploads(Refusal):
    """The person has as many uploads open, or begun today, as anybody may. Data: limit."""

    code = "too_many_uploads"
    status = 429
    title = "Too many uploads are open; please finish or give up one of them first"


def create_upload(tx: Tx, *, owner_id: int, size_bytes: int, announced: str, filename: str, max_bytes: int) -> Upload:
    """Promise room for a file of `size_bytes`; one of no bytes is complete at once.

    announced: the client's Upload-Metadata header. max_bytes: the limit for one file; all open files
    of a person together may take four times as much.
    Raises UploadTooLarge, TooManyUploads.
    """
    if size_bytes > max_bytes:
        raise UploadTooLarge(limit_bytes=max_bytes)
    _check_room(tx, owner_id, size_bytes, max_bytes)
    upload_id = new_id()
    row = {
        "id": upload_id,
        "owner_id": owner_id,
        "state": "receiving",
        "size_bytes": size_bytes,
        "offset_bytes": 0,
        "announced": announced,
        "filename": filename[:255],
        "created_at": tx.now,
        "expires_at": tx.now + LIFETIME,
    }
    tx.execute(sa.insert(upload).values(row))
    if size_bytes == 0:
        move_upload(
            tx, upload_id=upload_id, from_state="receiving", to_state="complete", by_id=owner_id, reason="empty"
        )
    created = upload_by_id(tx, upload_id)
    if created is None:
        raise LookupError(upload_id)
    return created


def _check_room(tx: Tx, owner_id: int, size_bytes: int, max_bytes: int) -> None:
    mine = upload.c.owner_id == owner_id
    still_open = sa.and_(mine, upload.c.state.in_(["receiving", "complete"]), upload.c.expires_at > tx.now)
    total = sa.func.coalesce(sa.func.sum(upload.c.size_bytes), 0)
    n_open, open_bytes = tx.execute(sa.select(sa.func.count(), total).where(still_open)).one()
    if n_open >= MAX_OPEN:
        raise TooManyUploads(limit=MAX_OPEN)
    if open_bytes + size_bytes > 4 * max_bytes:
        raise TooManyUploads(limit_bytes=4 * max_bytes)
    today = sa.select(sa.func.count()).select_from(upload).where(mine, upload.c.created_at > tx.now - _DAY)
    if tx.scalar(today) >= MAX_PER_DAY:
        raise TooManyUploads(limit=MAX_PER_DAY)
