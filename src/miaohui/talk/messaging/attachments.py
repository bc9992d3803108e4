"""Photos, voice notes and clips that belong to messages."""

from collections.abc import Collection
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.ids import parse_id
from miaohui.kit.jobs import stage_job
from miaohui.talk.messaging.queries import Message
from miaohui.talk.messaging.tables import attachment

AttachmentKind = Literal["photo", "voice", "video"]
LONGEST_VOICE_S = 120
LONGEST_CLIP_S = 120
MOST_RECORDING_BYTES = 64 * 1024**2
"""Two minutes of what phones record at a moderate quality."""
AttachmentState = Literal["waiting", "ready", "failed"]


class UnreadableRecording(Refusal):
    """The file is none of what phones and browsers record."""

    code = "unreadable_recording"
    status = 400
    title = "This is no recording that can be played"


def check_recording(content: bytes) -> None:
    """Refuse at once what cannot be a recording; whether it can be played shows when it is prepared.

    Raises UnreadableRecording for what does not begin as WebM (EBML), MP4 and QuickTime (`ftyp`), Ogg, WAVE, MP3 or
    AAC do.
    """
    begins = content.startswith((b"\x1aE\xdf\xa3", b"OggS", b"RIFF", b"ID3"))
    if not begins and content[4:8] != b"ftyp" and not (content[:1] == b"\xff" and content[1:2] >= b"\xe0"):
        raise UnreadableRecording


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it stands in the database. key: the folder of its files in kit.blobs."""

    id: int
    owner_id: int
    kind: AttachmentKind
    state: AttachmentState
    key: str
    message_id: int | None
    width: int | None
    height: int | None
    duration_ms: int | None

    @property
    def url(self) -> str:
        """Where somebody who is in the conversation fetches it."""
        return f"/api/v1/attachments/{self.id}/file"

    @property
    def preview_url(self) -> str | None:
        """The same in the size of a list; a clip's first picture."""
        return None if self.kind == "voice" else f"{self.url}?size=720"

    def file_key(self, size_px: int | None) -> str:
        """Return the key in kit.blobs of the whole file, or of its picture of 240, 720 or 1440 px."""
        if self.kind == "voice":
            return f"{self.key}/voice.m4a"
        if self.kind == "video":
            return f"{self.key}/clip.mp4" if size_px is None else f"{self.key}/poster.webp"
        return f"{self.key}/photo-{size_px or 1440}.webp"

    @property
    def raw_key(self) -> str:
        """Return the key of what was uploaded, until it is prepared."""
        return f"{self.key}/raw"


_COLUMNS = tuple(attachment.c[field] for field in Attachment.__struct_fields__)


def attachment_by_id(tx: Tx, attachment_id: int) -> Attachment | None:
    """Return an attachment, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(attachment.c.id == attachment_id), Attachment)


def attachments_by_id(tx: Tx, attachment_ids: Collection[int]) -> dict[int, Attachment]:
    """Return these attachments by id."""
    if not attachment_ids:
        return {}
    wanted = attachment.c.id.in_(set(attachment_ids))
    return {one.id: one for one in tx.all(sa.select(*_COLUMNS).where(wanted), Attachment)}


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


def drop_attachment_of(tx: Tx, *, message_id: int) -> None:
    """Let go of a message's file, and have it removed from the disk."""
    for one in tx.all(sa.select(*_COLUMNS).where(attachment.c.message_id == message_id), Attachment):
        drop_attachment(tx, one)


def drop_attachment(tx: Tx, one: Attachment) -> None:
    """Let go of a file, and have it removed from the disk."""
    if tx.changed(sa.delete(attachment).where(attachment.c.id == one.id)):
        stage_job(tx, "messaging.remove_file", key=one.key)


def attachments_of(tx: Tx, *, owner_id: int) -> list[Attachment]:
    """Return all files of somebody."""
    mine = attachment.c.owner_id == owner_id
    return tx.all(sa.select(*_COLUMNS).where(mine).order_by(attachment.c.id), Attachment)


def drop_attachments_of(tx: Tx, *, owner_id: int) -> None:
    """Let go of all files of somebody."""
    for one in attachments_of(tx, owner_id=owner_id):
        drop_attachment(tx, one)


def folder_of(attachment_id: int) -> str:
    """Return the folder of an attachment's files; nobody gets them but through a route that asks who they are."""
    return f"private/messages/{attachment_id}"
