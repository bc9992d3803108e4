"""Reads of uploads."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.uploads.states import UploadState
from miaohui.media.uploads.tables import upload


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file on its way, or arrived."""

    id: int
    owner_id: int
    state: UploadState
    size_bytes: int
    offset_bytes: int
    announced: str
    filename: str
    created_at: datetime
    expires_at: datetime | None

    def is_gone(self, now: datetime) -> bool:
        return self.state == "discarded" or (self.expires_at is not None and self.expires_at <= now)


COLUMNS = [upload.c[name] for name in Upload.__struct_fields__]


def upload_by_id(tx: Tx, upload_id: int) -> Upload | None:
    """Return the upload, in whatever state it is."""
    return tx.one(sa.select(*COLUMNS).where(upload.c.id == upload_id), Upload)


def expired_uploads(tx: Tx, *, limit: int) -> list[Upload]:
    """Return uploads whose time is over and that nobody has discarded yet."""
    over = sa.and_(upload.c.expires_at <= tx.now, upload.c.state.in_(["receiving", "complete"]))
    return tx.all(sa.select(*COLUMNS).where(over).order_by(upload.c.expires_at).limit(limit), Upload)


def ids_with_file(tx: Tx, upload_ids: list[int]) -> set[int]:
    """Return those of `upload_ids` whose file is still wanted."""
    wanted = sa.and_(upload.c.id.in_(upload_ids), upload.c.state != "discarded")
    return set(tx.scalars(sa.select(upload.c.id).where(wanted)))
