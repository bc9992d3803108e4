"""Write into a conversation."""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.kit.ids import new_id, parse_id
from miaohui.people.graph.queries import blocked_either_way
from miaohui.talk.messaging.actions.open_direct import accept_request, put_into_requests
from miaohui.talk.messaging.attachments import bind_attachment
from miaohui.talk.messaging.bodies import clean_body, has_link
from miaohui.talk.messaging.events import MessageSent
from miaohui.talk.messaging.notices import tell_of_message
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import (
    CONVERSATION,
    Conversation,
    Membership,
    Message,
    membership_of,
    message_by_client_id,
    messages_by_id,
    present_members,
)
from miaohui.talk.messaging.search import index_message
from miaohui.talk.messaging.standing import check_may_message
from miaohui.talk.messaging.tables import conversation, conversation_member, message
from miaohui.talk.stickers.actions.keep_at_hand import note_use

UNANSWERED_AT_MOST = 3


class RequestWaiting(Refusal):
    """A stranger has written as often as they may before the other answers."""

    code = "request_waiting"
    status = 409
    title = "You have written three times. Wait for an answer"


class RequestTextOnly(Refusal):
    """What a stranger writes before the other answers is plain text without links."""

    code = "request_text_only"
    status = 403
    title = "Until they answer you can send text without links"


_ID = sa.bindparam("place", type_=sa.BigInteger)
# The row is held until the commit, so that numbers are given in the order in which they appear.
_NEXT_SEQ = Prepared(
    sa.update(conversation)
    .where(conversation.c.id == _ID)
    .values(last_seq=conversation.c.last_seq + 1, changed_at=sa.bindparam("now", type_=conversation.c.changed_at.type))
    .returning(*CONVERSATION)
)
_ANSWERED = Prepared(
    sa.update(conversation)
    .where(conversation.c.id == _ID)
    .values(
        first_sender_id=sa.bindparam("first_sender", type_=sa.BigInteger),
        answered_at=sa.bindparam("answered", type_=conversation.c.answered_at.type),
    )
)
_READ = Prepared(
    sa.update(conversation_member)
    .where(conversation_member.c.conversation_id == _ID, conversation_member.c.account_id == sa.bindparam("sender"))
    .values(read_seq=sa.bindparam("seq", type_=sa.Integer))
)


def send_message(
    tx: Tx,
    *,
    sender_id: int,
    conversation_id: int,
    client_id: str,
    kind: str,
    body: Mapping[str, Any],
    reply_to_id: int | None = None,
) -> Message:
    """Write a message, and let all devices of all who are there hear of it.

    client_id: the sender's own name for this act; the same one again returns the first result.
    body: by kind, see `bodies.py`; kinds beyond `SENDABLE` are for other domains, whose bodies are kept as given.
    Raises InvalidMessage, CardNotFound, FriendsOnly, RequestWaiting, RequestTextOnly, IdempotencyKeyReused, and
    NotFound where the sender is not (or not any more) in the conversation or must not meet the other.
    """
    if first := message_by_client_id(tx, sender_id=sender_id, client_id=client_id):
        if (first.conversation_id, first.kind) != (conversation_id, kind):
            raise IdempotencyKeyReused
        return first
    mine = membership_of(tx, conversation_id=conversation_id, account_id=sender_id)
    if mine is None or mine.left_at is not None:
        raise NotFound
    kept = clean_body(tx, kind=kind, body=body, sender_id=sender_id)
    place = tx.one(_NEXT_SEQ, Conversation, place=conversation_id, now=tx.now)
    if place is None:
        raise NotFound
    others = _check_direct(tx, place, mine=mine, kind=kind, body=kept)
    if reply_to_id is not None:
        _check_reply(tx, reply_to_id, mine=mine)
    sent = Message(
        id=new_id(),
        conversation_id=conversation_id,
        seq=place.last_seq,
        sender_id=sender_id,
        client_id=client_id,
        kind=kind,
        body=kept,
        reply_to_id=reply_to_id,
        sent_at=tx.now,
        recalled_at=None,
    )
    tx.insert(message, msgspec.structs.asdict(sent))
    bind_attachment(tx, sent)
    index_message(tx, sent)
    tx.changed(_READ, place=conversation_id, sender=sender_id, seq=sent.seq)
    _note_answer(tx, place, sender_id=sender_id)
    heard_by = others or present_members(tx, conversation_id)
    append_person_events(
        tx,
        person_ids=heard_by,
        event="message",
        about_id=sender_id,
        conversation_id=conversation_id,
        message_id=sent.id,
    )
    tell_of_message(tx, sent, heard_by=heard_by)
    if kind == "sticker":
        note_use(tx, account_id=sender_id, sticker_id=parse_id(kept["ref"]))
    tx.emit(
        MessageSent(message_id=sent.id, conversation_id=conversation_id, seq=sent.seq, sender_id=sender_id, kind=kind)
    )
    return sent


def _check_direct(
    tx: Tx, place: Conversation, *, mine: Membership, kind: str, body: Mapping[str, Any]
) -> tuple[int, ...]:
    """Return both people of a direct conversation, none for a group."""
    other_id = place.other_than(mine.account_id)
    if other_id is None:
        return ()
    standing = check_may_message(tx, mine.account_id, other_id)
    pair = (mine.account_id, other_id)
    if place.state == "open":
        return pair
    is_first = place.last_seq == 1
    was_asked = mine.folder != "inbox"
    if standing.friends or kind == "call" or (was_asked and not is_first):
        accept_request(tx, conversation_id=place.id, person_ids=pair)
        return pair
    if kind != "text" or has_link(body["text"]):
        raise RequestTextOnly
    if place.last_seq > UNANSWERED_AT_MOST:
        raise RequestWaiting
    if is_first:
        # Who writes first is the one who asks, whoever has opened the empty conversation.
        put_into_requests(tx, conversation_id=place.id, asker_id=mine.account_id, asked_id=other_id)
    return pair


def _check_reply(tx: Tx, reply_to_id: int, *, mine: Membership) -> None:
    found = messages_by_id(tx, [reply_to_id]).get(reply_to_id)
    if found is None or found.conversation_id != mine.conversation_id or found.seq <= mine.joined_seq:
        raise NotFound
    # In a group both may still be there; neither answers the other.
    if blocked_either_way(tx, mine.account_id, found.sender_id):
        raise NotFound


def _note_answer(tx: Tx, place: Conversation, *, sender_id: int) -> None:
    if place.kind != "direct" or place.answered_at is not None or place.first_sender_id == sender_id:
        return
    answered = None if place.first_sender_id is None else tx.now
    first = place.first_sender_id or sender_id
    tx.changed(_ANSWERED, place=place.id, first_sender=first, answered=answered)
