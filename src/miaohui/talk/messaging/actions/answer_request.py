"""Take up or turn away what a stranger has written."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.talk.messaging.access import access_conversation
from miaohui.talk.messaging.actions.open_direct import accept_request
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.tables import conversation_member


def take_up_request(tx: Tx, *, conversation_id: int, person_id: int) -> None:
    """Let the stranger write freely; taking up what is open already changes nothing. Raises NotFound."""
    place, mine = access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    other_id = place.other_than(person_id)
    if other_id is None or (place.state == "request" and mine.folder == "inbox"):
        raise NotFound
    accept_request(tx, conversation_id=conversation_id, person_ids=(person_id, other_id))


def decline_request(tx: Tx, *, conversation_id: int, person_id: int) -> None:
    """Put a request away; the stranger is not told, and what more they write stays away, too. Raises NotFound."""
    access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    asked = sa.and_(
        conversation_member.c.conversation_id == conversation_id,
        conversation_member.c.account_id == person_id,
        conversation_member.c.folder != "inbox",
    )
    if not tx.changed(sa.update(conversation_member).where(asked).values(folder="declined")):
        raise NotFound
    append_person_events(tx, person_ids=[person_id], event="conversation", conversation_id=conversation_id)
