"""What remains of somebody who is gone."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.messaging.actions.leave_group import take_out
from miaohui.talk.messaging.actions.recall_message import erase_message
from miaohui.talk.messaging.attachments import drop_attachments_of
from miaohui.talk.messaging.queries import MESSAGE, Message
from miaohui.talk.messaging.tables import (
    conversation,
    conversation_member,
    device_cursor,
    message,
    person_event,
    person_log,
)


def erase_messages_of(tx: Tx, *, account_id: int) -> None:
    """Erase what a deleted account has written and what was kept for its devices; groups go on without it."""
    groups = (
        sa.select(conversation.c.id)
        .join_from(conversation_member, conversation)
        .where(
            conversation_member.c.account_id == account_id,
            conversation_member.c.left_at.is_(None),
            conversation.c.kind == "group",
        )
    )
    for conversation_id in tx.scalars(groups):
        take_out(tx, conversation_id=conversation_id, person_id=account_id)
    written = sa.and_(message.c.sender_id == account_id, message.c.recalled_at.is_(None))
    for one in tx.all(sa.select(*MESSAGE).where(written), Message):
        erase_message(tx, one)
    drop_attachments_of(tx, owner_id=account_id)
    mine = conversation_member.c.account_id == account_id
    tx.execute(
        sa.update(conversation_member).where(mine, conversation_member.c.left_at.is_(None)).values(left_at=tx.now)
    )
    tx.execute(sa.delete(device_cursor).where(device_cursor.c.person_id == account_id))
    tx.execute(sa.delete(person_event).where(person_event.c.person_id == account_id))
    tx.execute(sa.delete(person_log).where(person_log.c.person_id == account_id))
