"""Who is in a conversation, who leads it, and who has read what."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import hidden_from
from miaohui.talk.messaging.access import (
    access_conversation,
    access_group,
    access_message,
)
from miaohui.talk.messaging.actions.create_group import add_members
from miaohui.talk.messaging.actions.lead_group import set_role
from miaohui.talk.messaging.actions.leave_group import leave_group, remove_member
from miaohui.talk.messaging.queries import Role, members_of

_TAG = ["messages"]


class NewMembers(msgspec.Struct, frozen=True, kw_only=True):
    """Which friends come into the group."""

    person_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=499)]


class NewRole(msgspec.Struct, frozen=True, kw_only=True):
    """owner: hands the group over."""

    role: Role


class MemberAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a conversation, and up to where they have read."""

    person: Person
    role: Role
    read_seq: int


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """Who is in a conversation: the owner, the admins, then by when they came."""

    items: list[MemberAnswer]


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


@get("/api/v1/messages/{message_id:str}/readers", tags=_TAG)
async def list_readers(*, message_id: Id, member: Member, db: Database) -> Members:
    """List who has read a message of one's own in a group."""
    return await db.read(read_readers, message_id=parse_id(message_id), viewer_id=member.account_id)


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


route_handlers: Sequence[Any] = (list_members, bring_in, show_out, change_role, list_readers)
