"""The own profile."""

import asyncio
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, patch, put

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.http import Member
from miaohui.kit.rate_limits import RateLimits
from miaohui.people.accounts import limits
from miaohui.people.accounts.access import access_own_account
from miaohui.people.accounts.actions.edit_profile import ProfileChanges, edit_profile
from miaohui.people.accounts.actions.set_avatar import set_avatar
from miaohui.people.accounts.avatars import MOST_PICTURE_BYTES, store_avatar
from miaohui.people.accounts.limits import Guard
from miaohui.people.accounts.routes.answers import Me, me_of
from miaohui.people.accounts.services import AccountServices


class MeChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out, or null, stays. The birth date cannot be changed."""

    nickname: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    bio: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    handle: Annotated[str, msgspec.Meta(max_length=30)] | None = None
    locale: Literal["zh-Hans", "en"] | None = None


@get("/api/v1/me", tags=["accounts"])
async def show(*, member: Member, db: Database) -> Me:
    """Return the own account."""
    return me_of(await db.read(access_own_account, member.account_id), now=db.clock.now())


@patch("/api/v1/me", tags=["accounts"])
async def change(
    *,
    data: MeChanges,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Me:
    """Change nickname, handle, text or language, all or none of them."""
    Guard(limiter, request).account(member.account_id, limits.CHANGE_OF_ACCOUNT)
    changes = ProfileChanges(nickname=data.nickname, bio=data.bio, handle=data.handle, locale=data.locale)
    person = await db.write(edit_profile, account_id=member.account_id, device_id=member.device_id, changes=changes)
    accounts.sessions.forget_account(member.account_id)
    return me_of(person, now=db.clock.now())


@put("/api/v1/me/avatar", request_max_body_size=MOST_PICTURE_BYTES, tags=["accounts"])
async def change_avatar(
    *,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
    accounts: AccountServices,
) -> Me:
    """Show the picture in the body (JPEG, PNG, WebP or GIF as they are, no form, up to 8 MB)."""
    Guard(limiter, request).account(member.account_id, limits.PICTURE_OF_ACCOUNT)
    picture = await request.body()
    avatar = await asyncio.to_thread(partial(store_avatar, blobs, account_id=member.account_id, picture=picture))
    person = await db.write(set_avatar, account_id=member.account_id, device_id=member.device_id, avatar=avatar)
    accounts.sessions.forget_account(member.account_id)
    return me_of(person, now=db.clock.now())


@delete("/api/v1/me/avatar", status_code=200, tags=["accounts"])
async def remove_picture(*, member: Member, db: Database, accounts: AccountServices) -> Me:
    """Take the picture down."""
    person = await db.write(set_avatar, account_id=member.account_id, device_id=member.device_id, avatar=None)
    accounts.sessions.forget_account(member.account_id)
    return me_of(person, now=db.clock.now())


route_handlers = (show, change, change_avatar, remove_picture)
