"""Photos, voice notes and clips that belong to messages."""

from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import parse_id
from miaohui.talk.messaging.queries import Message
from miaohui.talk.messaging.tables import attachment

AttachmentKind = Literal["photo", "voice", "video"]
AttachmentState = Literal["waiting", "ready", "failed"]


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it stands in the database. key: of the files in kit.blobs, without suffix."""

    id: int
    owner_id: int
    kind: AttachmentKind
    state: AttachmentState
    key: str
    message_id: int | None
    width: int | None
    height: int | None
    duration_ms: int | None


_COLUMNS = tuple(attachment.c[field] for field in Attachment.__struct_fields__)


def attachment_by_id(tx: Tx, attachment_id: int) -> Attachment | None:
    """Return an attachment, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(attachment.c.id == attachment_id), Attachment)


def bind_attachment(tx: Tx, sent: Message) -> None:
    """Give the file that a message names to that message alone. Raises NotFound if it is not the sender's to give."""
    if sent.kind not in ("photo", "voice", "video") or sent.body is None:
        return
    free = sa.and_(
        attachment.c.id == parse_id(sent.body["attachment_id"]),
        attachment.c.owner_id == sent.sender_id,
        attachment.c.kind == sent.kind,
        attachment.c.state != "failed",
        attachment.c.message_id.is_(None),
    )
    if not tx.changed(sa.update(attachment).where(free).values(message_id=sent.id)):
        raise NotFound
