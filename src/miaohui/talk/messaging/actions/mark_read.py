"""Note up to where somebody has read."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.talk.messaging.access import access_conversation
from miaohui.talk.messaging.answers import unread_of
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import membership_of
from miaohui.talk.messaging.tables import conversation_member


def mark_read(tx: Tx, *, conversation_id: int, person_id: int, seq: int) -> int:
    """Move somebody's read cursor forward to message `seq`, never back; return where it stands.

    Whichever of their devices has read furthest counts. The person's other devices hear of it, and in an open
    conversation of two the other one does; in a group who wants to know asks. Raises NotFound.
    """
    place, mine = access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    reached = min(seq, place.last_seq)
    further = sa.and_(
        conversation_member.c.conversation_id == conversation_id,
        conversation_member.c.account_id == person_id,
        conversation_member.c.read_seq < reached,
    )
    if not tx.changed(sa.update(conversation_member).where(further).values(read_seq=reached)):
        return mine.read_seq
    now_there = membership_of(tx, conversation_id=conversation_id, account_id=person_id) or mine
    data = {
        "conversation_id": format_id(conversation_id),
        "reader_id": format_id(person_id),
        "seq": now_there.read_seq,
    }
    own = {**data, "unread": unread_of(tx, now_there)}
    append_person_events(tx, person_ids=[person_id], event="read", data=own)
    other_id = place.other_than(person_id)
    if other_id is not None and place.state == "open":
        append_person_events(tx, person_ids=[other_id], event="read", data=data, about_id=person_id)
    return now_there.read_seq
