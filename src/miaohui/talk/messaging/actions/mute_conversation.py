"""Keep a conversation from ringing."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.messaging.access import access_conversation
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.tables import conversation_member


def mute_conversation(tx: Tx, *, conversation_id: int, person_id: int, muted: bool) -> None:
    """Mute a conversation for somebody, or end that; nobody else hears of it. Raises NotFound."""
    access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    mine = sa.and_(
        conversation_member.c.conversation_id == conversation_id,
        conversation_member.c.account_id == person_id,
        conversation_member.c.muted.is_not(muted),
    )
    if tx.changed(sa.update(conversation_member).where(mine).values(muted=muted)):
        append_person_events(tx, person_ids=[person_id], event="conversation", conversation_id=conversation_id)
