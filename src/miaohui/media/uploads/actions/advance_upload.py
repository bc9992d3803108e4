"""Acknowledge bytes that have reached the disk."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.media.uploads.access import access_upload
from miaohui.media.uploads.moves import move_upload
from miaohui.media.uploads.queries import Upload
from miaohui.media.uploads.tables import upload

LIFETIME = timedelta(hours=24)
"""How long an upload is kept after its last byte; a person finishes tomorrow what broke off tonight."""


class OffsetMismatch(Refusal):
    """The bytes do not begin where the stored ones end. Data: offset."""

    code = "upload_offset_mismatch"
    status = 409
    title = "The upload goes on at another place; ask where, and send from there"


def advance_upload(tx: Tx, *, upload_id: int, owner_id: int, from_bytes: int, to_bytes: int) -> Upload:
    """Count the bytes up to `to_bytes` as received, and complete the upload when they are all.

    The caller has made them durable before. They must follow on `from_bytes`, the offset so far.
    Raises NotFound, UploadGone, OffsetMismatch.
    """
    found = access_upload(tx, upload_id, owner_id=owner_id)
    reached = {"offset_bytes": to_bytes, "expires_at": tx.now + LIFETIME}
    here = sa.and_(upload.c.id == upload_id, upload.c.state == "receiving", upload.c.offset_bytes == from_bytes)
    if to_bytes < from_bytes or tx.changed(sa.update(upload).where(here).values(reached)) == 0:
        # Read again: whoever was faster has moved it since.
        raise OffsetMismatch(offset=access_upload(tx, upload_id, owner_id=owner_id).offset_bytes)
    if to_bytes == found.size_bytes:
        move_upload(
            tx, upload_id=upload_id, from_state="receiving", to_state="complete", by_id=owner_id, reason="all received"
        )
    return access_upload(tx, upload_id, owner_id=owner_id)
