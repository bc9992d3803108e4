"""The JSON API of the conversations: translate, make one domain call, translate back."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, patch, post, put
from litestar.params import Parameter

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, new_id, parse_id
from miaohui.kit.media_server import BlobAnswer
from miaohui.kit.paging import cut_page, decode_cursor
from miaohui.kit.pictures import MOST_PICTURE_BYTES, store_picture
from miaohui.kit.rate_limits import RateLimits
from miaohui.kit.realtime import Realtime
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import hidden_from
from miaohui.talk.messaging.access import (
    access_attachment,
    access_conversation,
    access_group,
    access_message,
    may_see_presence,
)
from miaohui.talk.messaging.actions.acknowledge import acknowledge
from miaohui.talk.messaging.actions.answer_request import decline_request, take_up_request
from miaohui.talk.messaging.actions.create_group import add_members, create_group
from miaohui.talk.messaging.actions.keep_attachment import keep_photo, keep_recording
from miaohui.talk.messaging.actions.lead_group import rename_group, set_group_picture, set_role
from miaohui.talk.messaging.actions.leave_group import leave_group, remove_member
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.mute_conversation import mute_conversation
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.recall_message import recall_message
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.messaging.answers import (
    AttachmentAnswer,
    ConversationAnswer,
    MessageAnswer,
    describe_conversation,
    describe_conversations,
    describe_file,
    describe_messages,
)
from miaohui.talk.messaging.attachments import MOST_RECORDING_BYTES, Attachment, check_recording, folder_of
from miaohui.talk.messaging.bodies import SENDABLE, InvalidMessage
from miaohui.talk.messaging.group_pictures import picture_file, store_group_picture
from miaohui.talk.messaging.inbox import LIVE_TOPIC, Inbox
from miaohui.talk.messaging.queries import Message, Role, members_of, messages_of, places_of
from miaohui.talk.messaging.search import find_messages

_TAG = ["messages"]
_MESSAGES_A_MINUTE = 120
"""Somebody who taps stickers in a hurry sends two a second; a machine sends more."""
_CONVERSATIONS_AN_HOUR = 30
"""New ones, with people who were not written to before."""
_FILES_AN_HOUR = 200
_TYPING_A_MINUTE = 60
Limit = Annotated[int, Parameter(ge=1, le=100, description="at most so many")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
Number = Annotated[int | None, Parameter(ge=0, description="a message's number in its conversation")]
ClientId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Words = Annotated[str, Parameter(min_length=1, max_length=100, description="words that the messages hold")]
FileKind = Literal["photo", "voice", "video"]


class OpenConversation(msgspec.Struct, frozen=True, kw_only=True):
    """With whom."""

    person_id: Id


class NewGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What it is called (1 to 40 characters), and which friends are in it."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    person_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=499)]


class GroupName(msgspec.Struct, frozen=True, kw_only=True):
    """What a group is called: 1 to 40 characters."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class NewMembers(msgspec.Struct, frozen=True, kw_only=True):
    """Which friends come into the group."""

    person_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=499)]


class NewRole(msgspec.Struct, frozen=True, kw_only=True):
    """owner: hands the group over."""

    role: Role


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


class Conversations(msgspec.Struct, frozen=True, kw_only=True):
    """A page of conversations. Who must not be met is missing from it; only a null cursor means the end."""

    items: list[ConversationAnswer]
    cursor: str | None


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in the order in which they were written. more: there are further ones in the direction asked for."""

    items: list[MessageAnswer]
    more: bool


class MemberAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a conversation, and up to where they have read."""

    person: Person
    role: Role
    read_seq: int


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """Who is in a conversation: the owner, the admins, then by when they came."""

    items: list[MemberAnswer]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A message that holds the words, and the name of its conversation."""

    message: MessageAnswer
    title: str


class FoundMessages(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, the newest first. cursor: the last one's id, for what is older; null at the end."""

    items: list[Found]
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


@post("/api/v1/conversations", status_code=200, tags=_TAG)
async def open_one(*, data: OpenConversation, member: Member, db: Database, limiter: RateLimits) -> ConversationAnswer:
    """Open the conversation with somebody. To a stranger it begins as a request, which they see once it holds words."""
    limiter.check("messages.open", member.account_id, _CONVERSATIONS_AN_HOUR, 3600)
    opened = await db.write(open_direct, one_id=member.account_id, other_id=parse_id(data.person_id), reason="request")
    return await _conversation(db, opened, member)


@get("/api/v1/conversations/{conversation_id:str}", tags=_TAG)
async def show_conversation(*, conversation_id: Id, member: Member, db: Database) -> ConversationAnswer:
    """Show one of one's conversations."""
    return await _conversation(db, parse_id(conversation_id), member)


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
    return await _conversation(db, parse_id(conversation_id), member)


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
    return Presence(online=other_id is not None and realtime.is_connected(other_id))


@post("/api/v1/groups", tags=_TAG)
async def begin_group(*, data: NewGroup, member: Member, db: Database, limiter: RateLimits) -> ConversationAnswer:
    """Begin a group with friends."""
    limiter.check("messages.open", member.account_id, _CONVERSATIONS_AN_HOUR, 3600)
    wanted = [parse_id(one) for one in data.person_ids]
    created = await db.write(create_group, owner_id=member.account_id, title=data.title, member_ids=wanted)
    return await _conversation(db, created, member)


@patch("/api/v1/groups/{conversation_id:str}", tags=_TAG)
async def rename(*, conversation_id: Id, data: GroupName, member: Member, db: Database) -> ConversationAnswer:
    """Give a group another name; its owner and admins may."""
    found = parse_id(conversation_id)
    await db.write(rename_group, conversation_id=found, by_id=member.account_id, title=data.title)
    return await _conversation(db, found, member)


@put("/api/v1/groups/{conversation_id:str}/picture", request_max_body_size=MOST_PICTURE_BYTES + 1024, tags=_TAG)
async def change_picture(
    *,
    conversation_id: Id,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
) -> ConversationAnswer:
    """Give a group the picture in the body; its owner and admins may. It is seen by the members alone."""
    limiter.check("messages.attach", member.account_id, _FILES_AN_HOUR, 3600)
    found = parse_id(conversation_id)
    # Before anything is drawn: who may not lead gets no file onto the disk.
    await db.read(access_group, conversation_id=found, person_id=member.account_id, to_lead=True)
    content = await request.body()
    key = await asyncio.to_thread(partial(store_group_picture, blobs, conversation_id=found, picture=content))
    await db.write(set_group_picture, conversation_id=found, by_id=member.account_id, picture=key)
    return await _conversation(db, found, member)


@delete("/api/v1/groups/{conversation_id:str}/picture", status_code=200, tags=_TAG)
async def drop_picture(*, conversation_id: Id, member: Member, db: Database) -> ConversationAnswer:
    """Take a group's picture away; its owner and admins may."""
    found = parse_id(conversation_id)
    await db.write(set_group_picture, conversation_id=found, by_id=member.account_id, picture=None)
    return await _conversation(db, found, member)


@get("/api/v1/conversations/{conversation_id:str}/picture", media_type="image/webp", tags=_TAG)
async def show_picture(*, conversation_id: Id, member: Member, db: Database, blobs: Blobs) -> BlobAnswer:
    """Send a group's picture to one of its members."""
    place, _ = await db.read(access_group, conversation_id=parse_id(conversation_id), person_id=member.account_id)
    if place.picture is None:
        raise NotFound
    return BlobAnswer(blobs, picture_file(place.picture), cache_control="private, max-age=86400")


@get("/api/v1/conversations/{conversation_id:str}/members", tags=_TAG)
async def list_members(*, conversation_id: Id, member: Member, db: Database) -> Members:
    """List who is in a conversation, and up to where they have read."""
    return await db.read(read_members, conversation_id=parse_id(conversation_id), viewer_id=member.account_id)


@post("/api/v1/groups/{conversation_id:str}/members", status_code=200, tags=_TAG)
async def bring_in(*, conversation_id: Id, data: NewMembers, member: Member, db: Database) -> Members:
    """Bring friends into a group."""
    found, wanted = parse_id(conversation_id), [parse_id(one) for one in data.person_ids]
    await db.write(add_members, conversation_id=found, by_id=member.account_id, member_ids=wanted)
    return await db.read(read_members, conversation_id=found, viewer_id=member.account_id)


@delete("/api/v1/groups/{conversation_id:str}/members/{person_id:str}", tags=_TAG)
async def show_out(*, conversation_id: Id, person_id: Id, member: Member, db: Database) -> None:
    """Leave a group, or show somebody out of it."""
    found, who = parse_id(conversation_id), parse_id(person_id)
    if who == member.account_id:
        await db.write(leave_group, conversation_id=found, person_id=who)
    else:
        await db.write(remove_member, conversation_id=found, person_id=who, by_id=member.account_id)


@put("/api/v1/groups/{conversation_id:str}/members/{person_id:str}/role", tags=_TAG)
async def change_role(*, conversation_id: Id, person_id: Id, data: NewRole, member: Member, db: Database) -> Members:
    """Say who leads a group; its owner may."""
    found = parse_id(conversation_id)
    await db.write(
        set_role, conversation_id=found, person_id=parse_id(person_id), by_id=member.account_id, role=data.role
    )
    return await db.read(read_members, conversation_id=found, viewer_id=member.account_id)


@delete("/api/v1/messages/{message_id:str}", status_code=200, tags=_TAG)
async def recall(*, message_id: Id, member: Member, db: Database) -> MessageAnswer:
    """Take a message back, within two minutes of sending it."""
    found = await db.write(recall_message, message_id=parse_id(message_id), sender_id=member.account_id)
    return await db.read(_described, found, viewer_id=member.account_id)


@get("/api/v1/messages/{message_id:str}/readers", tags=_TAG)
async def list_readers(*, message_id: Id, member: Member, db: Database) -> Members:
    """List who has read a message of one's own in a group."""
    return await db.read(read_readers, message_id=parse_id(message_id), viewer_id=member.account_id)


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


@post("/api/v1/attachments", request_max_body_size=MOST_RECORDING_BYTES, tags=_TAG)
async def attach(
    *,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
    kind: FileKind = "photo",
) -> AttachmentAnswer:
    """Upload the photo, voice note or clip in the body, to send it in a message within a day.

    A photo is ready at once and holds nothing but its pixels; the others are prepared meanwhile.
    """
    limiter.check("messages.attach", member.account_id, _FILES_AN_HOUR, 3600)
    attachment_id, content = new_id(), await request.body()
    folder, owner = folder_of(attachment_id), {"attachment_id": attachment_id, "owner_id": member.account_id}
    if kind == "photo":
        stored = await asyncio.to_thread(
            partial(store_picture, blobs, folder=folder, picture=content[: MOST_PICTURE_BYTES + 1], name="photo")
        )
        kept: Attachment = await db.write(keep_photo, **owner, key=folder, width=stored.width, height=stored.height)
    else:
        check_recording(content)
        await asyncio.to_thread(blobs.put, f"{folder}/raw", content)
        kept = await db.write(keep_recording, **owner, kind=kind, key=folder)
    return describe_file(kept)


@get("/api/v1/attachments/{attachment_id:str}", tags=_TAG)
async def show_attachment(*, attachment_id: Id, member: Member, db: Database) -> AttachmentAnswer:
    """Show what has become of a file that is ready."""
    found = await db.read(access_attachment, attachment_id=parse_id(attachment_id), person_id=member.account_id)
    return describe_file(found)


@get("/api/v1/attachments/{attachment_id:str}/file", media_type="*/*", tags=_TAG)
async def show_file(
    *,
    attachment_id: Id,
    member: Member,
    db: Database,
    blobs: Blobs,
    size: Literal["240", "720", "1440"] | None = None,
) -> BlobAnswer:
    """Return a file to who may read its message; size: the width of its picture."""
    found = await db.read(access_attachment, attachment_id=parse_id(attachment_id), person_id=member.account_id)
    key = found.file_key(None if size is None else int(size))
    return BlobAnswer(blobs, key, cache_control="private, no-cache")


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


def read_members(tx: Tx, *, conversation_id: int, viewer_id: int) -> Members:
    """Return who is in a conversation. Raises NotFound."""
    access_conversation(tx, conversation_id=conversation_id, person_id=viewer_id)
    return _members(tx, conversation_id, viewer_id=viewer_id, from_seq=0)


def read_readers(tx: Tx, *, message_id: int, viewer_id: int) -> Members:
    """Return who has read a message of the viewer's in a group. Raises NotFound."""
    found = access_message(tx, message_id=message_id, person_id=viewer_id)
    access_group(tx, conversation_id=found.conversation_id, person_id=viewer_id)
    if found.sender_id != viewer_id:
        raise NotFound
    everybody = _members(tx, found.conversation_id, viewer_id=viewer_id, from_seq=found.seq)
    return Members(items=[one for one in everybody.items if one.person.id != format_id(viewer_id)])


def _members(tx: Tx, conversation_id: int, *, viewer_id: int, from_seq: int) -> Members:
    hidden = hidden_from(tx, viewer_id)
    here = [one for one in members_of(tx, conversation_id) if one.account_id not in hidden and one.read_seq >= from_seq]
    cards = person_cards(tx, [one.account_id for one in here])
    return Members(
        items=[
            MemberAnswer(person=person_of(cards[one.account_id]), role=one.role, read_seq=one.read_seq)
            for one in here
            if one.account_id in cards
        ]
    )


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


async def _conversation(db: Database, conversation_id: int, member: Member) -> ConversationAnswer:
    found = await db.read(describe_conversation, conversation_id, viewer_id=member.account_id)
    if found is None:
        raise NotFound
    return found


def _send_and_describe(tx: Tx, /, *, sender_id: int, **words: Any) -> MessageAnswer:
    # In one transaction: another look at the database afterwards costs more than the answer.
    return _described(tx, send_message(tx, sender_id=sender_id, **words), viewer_id=sender_id)


def _described(tx: Tx, sent: Message, *, viewer_id: int) -> MessageAnswer:
    return describe_messages(tx, [sent], viewer_id=viewer_id)[0]


route_handlers: Sequence[Any] = (
    inbox_position,
    move_cursor,
    list_conversations,
    open_one,
    show_conversation,
    list_messages,
    send_one,
    read_up_to,
    mute,
    unmute,
    accept,
    decline,
    typing,
    presence,
    begin_group,
    rename,
    change_picture,
    drop_picture,
    show_picture,
    list_members,
    bring_in,
    show_out,
    change_role,
    recall,
    list_readers,
    search_messages,
    attach,
    show_attachment,
    show_file,
)
