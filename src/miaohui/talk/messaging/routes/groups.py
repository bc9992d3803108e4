"""What a group is called, and how it looks."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post, put

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.media_server import BlobAnswer
from miaohui.kit.pictures import MOST_PICTURE_BYTES
from miaohui.kit.rate_limits import RateLimits
from miaohui.talk.messaging.access import access_group
from miaohui.talk.messaging.actions.create_group import create_group
from miaohui.talk.messaging.actions.lead_group import rename_group, set_group_picture
from miaohui.talk.messaging.answers import ConversationAnswer
from miaohui.talk.messaging.group_pictures import picture_file, store_group_picture
from miaohui.talk.messaging.routes.attachments import FILES_AN_HOUR
from miaohui.talk.messaging.routes.conversations import CONVERSATIONS_AN_HOUR, conversation_of

_TAG = ["messages"]


class NewGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What it is called (1 to 40 characters), and which friends are in it."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    person_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=499)]


class GroupName(msgspec.Struct, frozen=True, kw_only=True):
    """What a group is called: 1 to 40 characters."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@post("/api/v1/groups", tags=_TAG)
async def begin_group(*, data: NewGroup, member: Member, db: Database, limiter: RateLimits) -> ConversationAnswer:
    """Begin a group with friends."""
    limiter.check("messages.open", member.account_id, CONVERSATIONS_AN_HOUR, 3600)
    wanted = [parse_id(one) for one in data.person_ids]
    created = await db.write(create_group, owner_id=member.account_id, title=data.title, member_ids=wanted)
    return await conversation_of(db, created, member)


@patch("/api/v1/groups/{conversation_id:str}", tags=_TAG)
async def rename(*, conversation_id: Id, data: GroupName, member: Member, db: Database) -> ConversationAnswer:
    """Give a group another name; its owner and admins may."""
    found = parse_id(conversation_id)
    await db.write(rename_group, conversation_id=found, by_id=member.account_id, title=data.title)
    return await conversation_of(db, found, member)


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
    limiter.check("messages.attach", member.account_id, FILES_AN_HOUR, 3600)
    found = parse_id(conversation_id)
    # Before anything is drawn: who may not lead gets no file onto the disk.
    await db.read(access_group, conversation_id=found, person_id=member.account_id, to_lead=True)
    content = await request.body()
    key = await asyncio.to_thread(partial(store_group_picture, blobs, conversation_id=found, picture=content))
    await db.write(set_group_picture, conversation_id=found, by_id=member.account_id, picture=key)
    return await conversation_of(db, found, member)


@delete("/api/v1/groups/{conversation_id:str}/picture", status_code=200, tags=_TAG)
async def drop_picture(*, conversation_id: Id, member: Member, db: Database) -> ConversationAnswer:
    """Take a group's picture away; its owner and admins may."""
    found = parse_id(conversation_id)
    await db.write(set_group_picture, conversation_id=found, by_id=member.account_id, picture=None)
    return await conversation_of(db, found, member)


@get("/api/v1/conversations/{conversation_id:str}/picture", media_type="image/webp", tags=_TAG)
async def show_picture(*, conversation_id: Id, member: Member, db: Database, blobs: Blobs) -> BlobAnswer:
    """Send a group's picture to one of its members."""
    place, _ = await db.read(access_group, conversation_id=parse_id(conversation_id), person_id=member.account_id)
    if place.picture is None:
        raise NotFound
    return BlobAnswer(blobs, picture_file(place.picture), cache_control="private, max-age=86400")


route_handlers: Sequence[Any] = (begin_group, rename, change_picture, drop_picture, show_picture)
