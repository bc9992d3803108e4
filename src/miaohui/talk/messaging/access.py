"""Where conversations and messages are fetched on somebody's behalf, and the permission with it."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.kit.http.viewer import Viewer
from miaohui.people.graph.queries import blocked_either_way, hidden_from
from miaohui.talk.messaging.attachments import Attachment, attachment_by_id
from miaohui.talk.messaging.queries import (
    Conversation,
    Membership,
    Message,
    conversation_by_id,
    membership_of,
    messages_by_id,
)


def access_conversation(tx: Tx, *, conversation_id: int, person_id: int) -> tuple[Conversation, Membership]:
    """Return a conversation and the person's place in it. Raises NotFound for who is not there or must not be."""
    place = conversation_by_id(tx, conversation_id)
    mine = membership_of(tx, conversation_id=conversation_id, account_id=person_id)
    if place is None or mine is None or mine.left_at is not None:
        raise NotFound
    other_id = place.other_than(person_id)
    if other_id is not None and blocked_either_way(tx, person_id, other_id):
        raise NotFound
    return place, mine


def access_group(
    tx: Tx, *, conversation_id: int, person_id: int, to_lead: bool = False
) -> tuple[Conversation, Membership]:
    """As `access_conversation`, for groups; to_lead: only for its owner and admins. Raises Forbidden, too."""
    place, mine = access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    if place.kind != "group":
        raise NotFound
    if to_lead and mine.role == "member":
        raise Forbidden
    return place, mine


def access_message(tx: Tx, *, message_id: int, person_id: int) -> Message:
    """Return a message that the person may read. Raises NotFound."""
    found = messages_by_id(tx, [message_id]).get(message_id)
    if found is None:
        raise NotFound
    _, mine = access_conversation(tx, conversation_id=found.conversation_id, person_id=person_id)
    if found.seq <= mine.joined_seq or found.sender_id in hidden_from(tx, person_id):
        raise NotFound
    return found


def access_attachment(tx: Tx, *, attachment_id: int, person_id: int) -> Attachment:
    """Return a file that is ready, to who uploaded it and to who may read its message. Raises NotFound."""
    found = attachment_by_id(tx, attachment_id)
    if found is None or found.state != "ready":
        raise NotFound
    if found.message_id is None:
        if found.owner_id != person_id:
            raise NotFound
    elif access_message(tx, message_id=found.message_id, person_id=person_id).recalled_at is not None:
        raise NotFound
    return found


def may_hear_inbox(tx: Tx, viewer: Viewer, *, person_id: int) -> bool:
    """Rule of the topic `people:{person_id}:inbox`: the person alone."""
    return viewer.account_id == person_id


def may_hear_live(tx: Tx, viewer: Viewer, *, conversation_id: int) -> bool:
    """Rule of the topic `conversations:{conversation_id}:live`: who is in it. Raises NotFound."""
    if viewer.account_id is None:
        return False
    place, mine = access_conversation(tx, conversation_id=conversation_id, person_id=viewer.account_id)
    # A stranger who asks does not see whether the other is there.
    return place.state == "open" or mine.folder != "inbox"


def may_see_presence(tx: Tx, *, conversation_id: int, person_id: int) -> int | None:
    """Return the other one of an open conversation in which both have written; None in others. Raises NotFound."""
    place, _ = access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    return place.other_than(person_id) if place.answered_at is not None else None
