"""Keep a file until a message names it."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.talk.messaging.attachments import Attachment, AttachmentKind, attachment_by_id, drop_attachment
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import messages_by_id, present_members
from miaohui.talk.messaging.tables import attachment

PREPARE_JOB = "recordings.prepare"
"""Of the media floor, which knows ffmpeg."""


def keep_photo(tx: Tx, *, attachment_id: int, owner_id: int, key: str, width: int, height: int) -> Attachment:
    """Keep a photo whose files lie under `key` already."""
    _insert(tx, attachment_id, owner_id, "photo", key, state="ready", width=width, height=height)
    return _found(tx, attachment_id)


def keep_recording(tx: Tx, *, attachment_id: int, owner_id: int, kind: AttachmentKind, key: str) -> Attachment:
    """Keep a voice note or a clip whose raw file lies under `key`, and have it prepared."""
    _insert(tx, attachment_id, owner_id, kind, key, state="waiting")
    stage_job(tx, PREPARE_JOB, unique_key=f"recording:{attachment_id}", attachment_id=attachment_id)
    return _found(tx, attachment_id)


def finish_recording(
    tx: Tx,
    *,
    attachment_id: int,
    ready: bool,
    duration_ms: int | None = None,
    width: int | None = None,
    height: int | None = None,
) -> None:
    """Note that a recording can be played, or never will; who has its message hears of it."""
    waiting = sa.and_(attachment.c.id == attachment_id, attachment.c.state == "waiting")
    found = {"duration_ms": duration_ms, "width": width, "height": height}
    state = "ready" if ready else "failed"
    if not tx.changed(sa.update(attachment).where(waiting).values(state=state, **found)):
        return
    message_id = _found(tx, attachment_id).message_id
    sent = None if message_id is None else messages_by_id(tx, [message_id]).get(message_id)
    if sent is not None:
        append_person_events(
            tx,
            person_ids=present_members(tx, sent.conversation_id),
            event="message_changed",
            about_id=sent.sender_id,
            conversation_id=sent.conversation_id,
            message_id=sent.id,
        )


def _insert(
    tx: Tx, attachment_id: int, owner_id: int, kind: AttachmentKind, key: str, *, state: str, **sizes: int
) -> None:
    row = {"id": attachment_id, "owner_id": owner_id, "kind": kind, "key": key, "state": state, "created_at": tx.now}
    tx.execute(sa.insert(attachment).values(**row, **sizes))


def _found(tx: Tx, attachment_id: int) -> Attachment:
    found = attachment_by_id(tx, attachment_id)
    if found is None:
        raise RuntimeError("an attachment is gone within its own transaction")
    return found


def drop_unused(tx: Tx, *, attachment_id: int) -> None:
    """Remove a file that no message has named within a day."""
    found = attachment_by_id(tx, attachment_id)
    if found is not None and found.message_id is None:
        drop_attachment(tx, found)
