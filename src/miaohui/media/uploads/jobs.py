"""Work on uploads that no request waits for."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, job
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.uploads.files import UploadFiles
from miaohui.media.uploads.queries import expired_uploads, ids_with_file
from miaohui.media.uploads.tables import upload

_BATCH = 200
_REMEMBERED = timedelta(days=7)
"""How long a client that comes back late hears 410 (gone) instead of 404."""
_SETTLED = timedelta(hours=1)
"""A file that is brought by this machine itself is there shortly before its row."""


@job("uploads.remove_file")
def remove_file(context: JobContext, *, upload_id: int) -> None:
    """Remove the bytes of an upload that is over."""
    UploadFiles(settings=context.settings, blobs=context.blobs).remove(upload_id)


@job("uploads.sweep")
def sweep(context: JobContext) -> None:
    """Discard uploads whose time is over, forget old ones, and remove files that no upload wants."""
    while context.write(discard_expired, limit=_BATCH) == _BATCH:
        pass
    context.write(forget_discarded)
    files = UploadFiles(settings=context.settings, blobs=context.blobs)
    here = files.ids_here(untouched_since=context.now() - _SETTLED)
    for start in range(0, len(here), _BATCH):
        batch = here[start : start + _BATCH]
        for upload_id in set(batch) - context.db.read_sync(ids_with_file, upload_ids=batch):
            files.remove(upload_id)


def discard_expired(tx: Tx, *, limit: int) -> int:
    """Discard up to `limit` uploads whose time is over; return how many."""
    found = expired_uploads(tx, limit=limit)
    for each in found:
        discard_upload(tx, upload_id=each.id, by_id=None, reason="expired")
    return len(found)


def forget_discarded(tx: Tx) -> int:
    """Delete the rows of uploads that were discarded a week ago; return how many."""
    old = sa.and_(upload.c.state == "discarded", upload.c.discarded_at < tx.now - _REMEMBERED)
    return tx.changed(sa.delete(upload).where(old))
