"""What remains of somebody who is gone."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.people.accounts.queries import person_cards
from miaohui.talk.messaging.actions.leave_group import take_out
from miaohui.talk.messaging.actions.recall_message import erase_message
from miaohui.talk.messaging.attachments import drop_attachments_of
from miaohui.talk.messaging.person_log import append_person_events
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
    nameless = {"client_id": sa.cast(message.c.id, message.c.client_id.type)}
    tx.execute(sa.update(message).where(message.c.sender_id == account_id).values(nameless))
    drop_attachments_of(tx, owner_id=account_id)
    mine = conversation_member.c.account_id == account_id
    _take_out_of_lines(tx, account_id)
    _let_others_load_afresh(tx, account_id)
    tx.execute(
        sa.update(conversation_member).where(mine, conversation_member.c.left_at.is_(None)).values(left_at=tx.now)
    )
    tx.execute(sa.delete(device_cursor).where(device_cursor.c.person_id == account_id))
    tx.execute(sa.delete(person_event).where(person_event.c.person_id == account_id))
    tx.execute(sa.delete(person_log).where(person_log.c.person_id == account_id))


def _take_out_of_lines(tx: Tx, account_id: int) -> None:
    """Take the name out of what groups noted about the person, such as who brought them in."""
    places = sa.select(conversation_member.c.conversation_id).where(conversation_member.c.account_id == account_id)
    lines = sa.and_(message.c.kind == "system", message.c.body.is_not(None), message.c.conversation_id.in_(places))
    for row in tx.execute(sa.select(message.c.id, message.c.body).where(lines)).all():
        if format_id(account_id) in row.body["ids"]:
            left = [one for one in row.body["ids"] if one != format_id(account_id)]
            cards = person_cards(tx, [int(one) for one in left])
            names = [cards[int(one)].nickname for one in left if int(one) in cards]
            body = {**row.body, "ids": left, "names": names}
            tx.execute(sa.update(message).where(message.c.id == row.id).values(body=body))


def _let_others_load_afresh(tx: Tx, account_id: int) -> None:
    """Let open pages forget the words, too."""
    others, mine = conversation_member.alias(), conversation_member.c.account_id == account_id
    places = sa.select(conversation_member.c.conversation_id).where(mine)
    here = sa.and_(others.c.conversation_id.in_(places), others.c.account_id != account_id, others.c.left_at.is_(None))
    present: dict[int, list[int]] = {}
    for conversation_id, person_id in tx.execute(
        sa.select(others.c.conversation_id, others.c.account_id).where(here)
    ).tuples():
        present.setdefault(conversation_id, []).append(person_id)
    for conversation_id, people in sorted(present.items()):
        gone = {"conversation_id": format_id(conversation_id)}
        append_person_events(tx, person_ids=people, event="conversation_gone", data=gone)
        append_person_events(tx, person_ids=people, event="conversation", conversation_id=conversation_id)
