"""Messages: said, read, taken back and found."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import delete, get, post
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits
from miaohui.talk.messaging.access import access_conversation
from miaohui.talk.messaging.actions.recall_message import recall_message
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.messaging.answers import (
    MessageAnswer,
    describe_conversation,
    describe_messages,
)
from miaohui.talk.messaging.bodies import SENDABLE, InvalidMessage
from miaohui.talk.messaging.queries import Message, messages_of
from miaohui.talk.messaging.search import find_messages

_TAG = ["messages"]
_MESSAGES_A_MINUTE = 120
"""Somebody who taps stickers in a hurry sends two a second; a machine sends more."""
Limit = Annotated[int, Parameter(ge=1, le=100, description="at most so many")]
Number = Annotated[int | None, Parameter(ge=0, description="a message's number in its conversation")]
ClientId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Words = Annotated[str, Parameter(min_length=1, max_length=100, description="words that the messages hold")]


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said.

    client_id: the sender's own name for this act; the same one again gets the first result. body, by kind:
    text {text}; sticker {ref}; photo, voice, video {attachment_id}; location {lat, lon, label}, of which only the
    cell of a kilometre is kept; card {card: product|video|shop|order|coupon|…, ref}. reply_to_id: what is answered.
    """

    client_id: ClientId
    kind: Literal["text", "sticker", "photo", "voice", "video", "location", "card"]
    body: dict[str, Any]
    reply_to_id: Id | None = None


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in the order in which they were written. more: there are further ones in the direction asked for."""

    items: list[MessageAnswer]
    more: bool


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A message that holds the words, and the name of its conversation."""

    message: MessageAnswer
    title: str


class FoundMessages(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, the newest first. cursor: the last one's id, for what is older; null at the end."""

    items: list[Found]
    cursor: str | None


@get("/api/v1/conversations/{conversation_id:str}/messages", tags=_TAG)
async def list_messages(
    *,
    conversation_id: Id,
    member: Member,
    db: Database,
    before: Number = None,
    after: Number = None,
    limit: Limit = 50,
) -> Messages:
    """List the newest messages, those before a number, or those after one."""
    return await db.read(
        read_messages,
        conversation_id=parse_id(conversation_id),
        viewer_id=member.account_id,
        before=before,
        after=after,
        limit=limit,
    )


@post("/api/v1/conversations/{conversation_id:str}/messages", tags=_TAG)
async def send_one(
    *, conversation_id: Id, data: NewMessage, member: Member, db: Database, limiter: RateLimits
) -> MessageAnswer:
    """Write a message. A resend with the same client_id gets the first result."""
    limiter.check("messages.send", member.account_id, _MESSAGES_A_MINUTE, 60)
    if data.kind not in SENDABLE:
        raise InvalidMessage
    return await db.write(
        _send_and_describe,
        sender_id=member.account_id,
        conversation_id=parse_id(conversation_id),
        client_id=data.client_id,
        kind=data.kind,
        body=data.body,
        reply_to_id=None if data.reply_to_id is None else parse_id(data.reply_to_id),
    )


@delete("/api/v1/messages/{message_id:str}", status_code=200, tags=_TAG)
async def recall(*, message_id: Id, member: Member, db: Database) -> MessageAnswer:
    """Take a message back, within two minutes of sending it."""
    found = await db.write(recall_message, message_id=parse_id(message_id), sender_id=member.account_id)
    return await db.read(_described, found, viewer_id=member.account_id)


@get("/api/v1/messages", tags=_TAG)
async def search_messages(
    *, member: Member, db: Database, q: Words = "", limit: Limit = 30, before: Id | None = None
) -> FoundMessages:
    """Find messages of one's own conversations that hold all these words, in Chinese and English."""
    return await db.read_in_thread(
        read_found,
        words=q,
        viewer_id=member.account_id,
        before_id=None if before is None else parse_id(before),
        limit=limit,
    )


def read_messages(
    tx: Tx, *, conversation_id: int, viewer_id: int, before: int | None, after: int | None, limit: int
) -> Messages:
    """Return a page of a conversation. Raises NotFound."""
    _, mine = access_conversation(tx, conversation_id=conversation_id, person_id=viewer_id)
    found = messages_of(
        tx,
        conversation_id=conversation_id,
        viewer_id=viewer_id,
        joined_seq=mine.joined_seq,
        before_seq=before,
        after_seq=after,
        limit=limit + 1,
    )
    shown = found[:limit] if after is not None else found[-limit:]
    return Messages(items=describe_messages(tx, shown, viewer_id=viewer_id), more=len(found) > limit)


def read_found(tx: Tx, *, words: str, viewer_id: int, before_id: int | None, limit: int) -> FoundMessages:
    """Return messages that hold all words, with the names of their conversations."""
    found = find_messages(tx, words=words, viewer_id=viewer_id, before_id=before_id, limit=limit + 1)
    shown = describe_messages(tx, found[:limit], viewer_id=viewer_id)
    titles: dict[str, str] = {}
    for one in shown:
        if one.conversation_id not in titles:
            place = describe_conversation(tx, int(one.conversation_id), viewer_id=viewer_id)
            titles[one.conversation_id] = "" if place is None else place.title
    items = [Found(message=one, title=titles[one.conversation_id]) for one in shown]
    return FoundMessages(items=items, cursor=shown[-1].id if len(found) > limit else None)


def _send_and_describe(tx: Tx, /, *, sender_id: int, **words: Any) -> MessageAnswer:
    # In one transaction: another look at the database afterwards costs more than the answer.
    return _described(tx, send_message(tx, sender_id=sender_id, **words), viewer_id=sender_id)


def _described(tx: Tx, sent: Message, *, viewer_id: int) -> MessageAnswer:
    return describe_messages(tx, [sent], viewer_id=viewer_id)[0]


route_handlers: Sequence[Any] = (list_messages, send_one, recall, search_messages)
