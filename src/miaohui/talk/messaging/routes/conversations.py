"""Conversations and the own log: which there are, who hears from them, how far they were read."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import delete, get, post, put
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.paging import cut_page, decode_cursor
from miaohui.kit.rate_limits import RateLimits
from miaohui.kit.realtime import Realtime
from miaohui.people.graph.queries import hidden_from
from miaohui.talk.messaging.access import (
    access_conversation,
    may_see_presence,
)
from miaohui.talk.messaging.actions.acknowledge import acknowledge
from miaohui.talk.messaging.actions.answer_request import decline_request, take_up_request
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.mute_conversation import mute_conversation
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.answers import (
    ConversationAnswer,
    count_unread,
    describe_conversation,
    describe_conversations,
)
from miaohui.talk.messaging.inbox import LIVE_TOPIC, Inbox
from miaohui.talk.messaging.queries import places_of

_TAG = ["messages"]
CONVERSATIONS_AN_HOUR = 30
"""New ones, groups among them."""
_TYPING_A_MINUTE = 60
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
Limit = Annotated[int, Parameter(ge=1, le=100, description="at most so many")]


class OpenConversation(msgspec.Struct, frozen=True, kw_only=True):
    """With whom."""

    person_id: Id


class ReadUpTo(msgspec.Struct, frozen=True, kw_only=True):
    """The number of a message: it and all before it have been read."""

    seq: Annotated[int, msgspec.Meta(ge=0)]


class HeardUpTo(msgspec.Struct, frozen=True, kw_only=True):
    """The number of an entry of the own log: the device has heard it and all before it."""

    seq: Annotated[int, msgspec.Meta(ge=0)]


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where the own log stands; subscribe to `people:{id}:inbox` with it after loading."""

    topic: str
    epoch: str
    seq: int


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the other one of two has the app open at this moment. Nothing of it is kept."""

    online: bool


class UnreadMessages(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages of others wait to be read, at most 100; neither requests nor what is muted."""

    unread: int


class Conversations(msgspec.Struct, frozen=True, kw_only=True):
    """A page of conversations. Who must not be met is missing from it; only a null cursor means the end."""

    items: list[ConversationAnswer]
    cursor: str | None


@get("/api/v1/inbox", tags=_TAG)
async def inbox_position(*, member: Member, db: Database) -> Position:
    """Tell where the own log stands."""
    epoch, seq = await db.read(Inbox().head, person_id=member.account_id)
    return Position(topic=f"people:{member.account_id}:inbox", epoch=epoch, seq=seq)


@put("/api/v1/inbox/cursor", status_code=204, tags=_TAG)
async def move_cursor(*, data: HeardUpTo, member: Member, db: Database) -> None:
    """Acknowledge what this device has heard of the own log."""
    await db.write(acknowledge, person_id=member.account_id, device_id=member.device_id, seq=data.seq)


@get("/api/v1/conversations", tags=_TAG)
async def list_conversations(
    *,
    member: Member,
    db: Database,
    folder: Literal["inbox", "requests"] = "inbox",
    limit: Limit = 30,
    cursor: Cursor = None,
) -> Conversations:
    """List one's conversations, those that changed last first; `requests` are those of strangers."""
    return await db.read(read_conversations, viewer_id=member.account_id, folder=folder, cursor=cursor, limit=limit)


@get("/api/v1/conversations/unread", tags=_TAG)
async def show_unread(*, member: Member, db: Database) -> UnreadMessages:
    """Tell how many messages are unread, as the navigation of every page shows."""
    return UnreadMessages(unread=await db.read(count_unread, viewer_id=member.account_id))


@post("/api/v1/conversations", status_code=200, tags=_TAG)
async def open_one(*, data: OpenConversation, member: Member, db: Database, limiter: RateLimits) -> ConversationAnswer:
    """Open the conversation with somebody. To a stranger it begins as a request, which they see once it holds words."""
    limiter.check("messages.open", member.account_id, CONVERSATIONS_AN_HOUR, 3600)
    opened = await db.write(open_direct, one_id=member.account_id, other_id=parse_id(data.person_id), reason="request")
    return await conversation_of(db, opened, member)


@get("/api/v1/conversations/{conversation_id:str}", tags=_TAG)
async def show_conversation(*, conversation_id: Id, member: Member, db: Database) -> ConversationAnswer:
    """Show one of one's conversations."""
    return await conversation_of(db, parse_id(conversation_id), member)


@put("/api/v1/conversations/{conversation_id:str}/read", tags=_TAG)
async def read_up_to(*, conversation_id: Id, data: ReadUpTo, member: Member, db: Database) -> ReadUpTo:
    """Note up to where one has read; whichever device is furthest counts."""
    seq = await db.write(
        mark_read, conversation_id=parse_id(conversation_id), person_id=member.account_id, seq=data.seq
    )
    return ReadUpTo(seq=seq)


@put("/api/v1/conversations/{conversation_id:str}/mute", status_code=204, tags=_TAG)
async def mute(*, conversation_id: Id, member: Member, db: Database) -> None:
    """Keep a conversation from ringing."""
    await db.write(
        mute_conversation, conversation_id=parse_id(conversation_id), person_id=member.account_id, muted=True
    )


@delete("/api/v1/conversations/{conversation_id:str}/mute", tags=_TAG)
async def unmute(*, conversation_id: Id, member: Member, db: Database) -> None:
    """Let it ring again."""
    await db.write(
        mute_conversation, conversation_id=parse_id(conversation_id), person_id=member.account_id, muted=False
    )


@put("/api/v1/conversations/{conversation_id:str}/acceptance", tags=_TAG)
async def accept(*, conversation_id: Id, member: Member, db: Database) -> ConversationAnswer:
    """Let a stranger who has written write freely."""
    await db.write(take_up_request, conversation_id=parse_id(conversation_id), person_id=member.account_id)
    return await conversation_of(db, parse_id(conversation_id), member)


@delete("/api/v1/conversations/{conversation_id:str}/acceptance", tags=_TAG)
async def decline(*, conversation_id: Id, member: Member, db: Database) -> None:
    """Put a stranger's request away; they are not told."""
    await db.write(decline_request, conversation_id=parse_id(conversation_id), person_id=member.account_id)


@post("/api/v1/conversations/{conversation_id:str}/typing", status_code=204, tags=_TAG)
async def typing(*, conversation_id: Id, member: Member, db: Database, realtime: Realtime, limiter: RateLimits) -> None:
    """Tell who has the conversation open that one is typing. Nothing of it is kept."""
    limiter.check("messages.typing", member.account_id, _TYPING_A_MINUTE, 60)
    found = parse_id(conversation_id)
    hidden = await db.read(read_who_must_not_hear, conversation_id=found, person_id=member.account_id)
    if hidden is not None:
        topic = LIVE_TOPIC.format(conversation_id=format_id(found))
        realtime.pass_on(topic, "typing", {"person_id": format_id(member.account_id)}, but=hidden)


@get("/api/v1/conversations/{conversation_id:str}/presence", tags=_TAG)
async def presence(*, conversation_id: Id, member: Member, db: Database, realtime: Realtime) -> Presence:
    """Tell whether the other one is there, in a conversation that both have written in."""
    other_id = await db.read(may_see_presence, conversation_id=parse_id(conversation_id), person_id=member.account_id)
    return Presence(online=other_id is not None and await realtime.is_connected(other_id))


def read_who_must_not_hear(tx: Tx, *, conversation_id: int, person_id: int) -> frozenset[int] | None:
    """Return who must not hear that a person is typing; None if nobody is to hear it. Raises NotFound."""
    place, mine = access_conversation(tx, conversation_id=conversation_id, person_id=person_id)
    return hidden_from(tx, person_id) if place.state == "open" or mine.folder == "inbox" else None


def read_conversations(
    tx: Tx, *, viewer_id: int, folder: Literal["inbox", "requests"], cursor: str | None, limit: int
) -> Conversations:
    """Return a page of somebody's conversations. Raises InvalidCursor."""
    found = places_of(tx, viewer_id=viewer_id, folder=folder, after=decode_cursor(cursor), limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one[0].changed_at, one[0].id))
    return Conversations(items=describe_conversations(tx, shown, viewer_id=viewer_id), cursor=following)


async def conversation_of(db: Database, conversation_id: int, member: Member) -> ConversationAnswer:
    """Return a conversation as its member sees it. Raises NotFound."""
    found = await db.read(describe_conversation, conversation_id, viewer_id=member.account_id)
    if found is None:
        raise NotFound
    return found


route_handlers: Sequence[Any] = (
    inbox_position,
    move_cursor,
    list_conversations,
    show_unread,
    open_one,
    show_conversation,
    read_up_to,
    mute,
    unmute,
    accept,
    decline,
    typing,
    presence,
)
