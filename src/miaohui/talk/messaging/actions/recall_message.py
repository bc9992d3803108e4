"""Take a message back."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, Refusal
from miaohui.talk.messaging.access import access_message
from miaohui.talk.messaging.attachments import drop_attachment_of
from miaohui.talk.messaging.events import MessageRecalled
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import Message, messages_by_id, present_members
from miaohui.talk.messaging.search import forget_message
from miaohui.talk.messaging.tables import message

RECALL_WITHIN = timedelta(minutes=2)


class TooLateToRecall(Refusal):
    """Two minutes have passed since it was sent."""

    code = "too_late_to_recall"
    status = 409
    title = "A message can be taken back within two minutes"


def recall_message(tx: Tx, *, message_id: int, sender_id: int) -> Message:
    """Erase what a message said, within two minutes; its place stays. Doing it twice is doing it once.

    Raises TooLateToRecall, Forbidden for another's message, NotFound.
    """
    found = access_message(tx, message_id=message_id, person_id=sender_id)
    if found.sender_id != sender_id or found.kind in ("call", "system"):
        raise Forbidden
    if found.recalled_at is not None:
        return found
    if tx.now - found.sent_at > RECALL_WITHIN:
        raise TooLateToRecall
    erase_message(tx, found)
    append_person_events(
        tx,
        person_ids=present_members(tx, found.conversation_id),
        event="recalled",
        about_id=sender_id,
        conversation_id=found.conversation_id,
        message_id=message_id,
    )
    tx.emit(MessageRecalled(message_id=message_id, conversation_id=found.conversation_id, sender_id=sender_id))
    return messages_by_id(tx, [message_id])[message_id]


def erase_message(tx: Tx, found: Message) -> None:
    """Erase a message's words and file; its number stays taken."""
    standing = sa.and_(message.c.id == found.id, message.c.recalled_at.is_(None))
    if tx.changed(sa.update(message).where(standing).values(body=sa.null(), recalled_at=tx.now)):
        forget_message(tx, found)
        drop_attachment_of(tx, message_id=found.id)
