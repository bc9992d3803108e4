"""The JSON API of the moments: translate, make one domain call, translate back."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import Parameter

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import Refusal
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.media_server import BlobAnswer
from miaohui.kit.pictures import MOST_PICTURE_BYTES, remove_picture, store_picture
from miaohui.kit.rate_limits import RateLimits
from miaohui.talk.moments.access import access_photo
from miaohui.talk.moments.actions.add_photo import add_photo
from miaohui.talk.moments.actions.comment_moment import comment_moment, delete_moment_comment
from miaohui.talk.moments.actions.delete_moment import delete_moment
from miaohui.talk.moments.actions.like_moment import like_moment, unlike_moment
from miaohui.talk.moments.actions.post_moment import MOST_NAMED, MOST_PHOTOS, post_moment
from miaohui.talk.moments.actions.set_mood import clear_mood, set_mood
from miaohui.talk.moments.actions.set_window import set_window
from miaohui.talk.moments.answers import (
    MomentAnswer,
    Moments,
    MomentSettings,
    Moods,
    PhotoAnswer,
    describe_photo,
    read_album,
    read_moment,
    read_moods,
    read_settings,
    read_timeline,
)
from miaohui.talk.moments.moods import Lasting, Mood
from miaohui.talk.moments.queries import Audience
from miaohui.talk.moments.words import LONGEST_BODY, LONGEST_COMMENT, LONGEST_MOOD

AnyRequest = Request[Any, Any, Any]
_TAG = ["moments"]
_KEY_FORM = r"^[\x21-\x7e]{1,64}$"
Limit = Annotated[int, Parameter(ge=1, le=50, description="moments at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
Key = Annotated[
    str | None,
    Parameter(header="Idempotency-Key", pattern=_KEY_FORM, description="the same one again gets the first result"),
]
Width = Annotated[Literal[240, 720, 1440], Parameter(description="pixels")]
_POSTS_AN_HOUR = 30
_PHOTOS_AN_HOUR = 200
_COMMENTS_A_MINUTE = 20
_LIKES_A_MINUTE = 120
_MOODS_A_MINUTE = 20
_ASK_EACH_TIME = "private, no-cache"
"""The browser may keep a photo, but asks before each showing whether it may still be seen."""


class NewMoment(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown to friends: words, up to nine photos or a clip, a mood; at least one of them.

    clip_id: a clip that the person can see. named_ids: with the audience `some` who alone may see it, with
    `not_some` who may not.
    """

    body: Annotated[str, msgspec.Meta(max_length=2 * LONGEST_BODY)] = ""
    photo_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_PHOTOS)] = msgspec.field(default_factory=list)
    clip_id: Id | None = None
    mood: Mood | None = None
    audience: Audience = "friends"
    named_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_NAMED)] = msgspec.field(default_factory=list)


class NewMomentComment(msgspec.Struct, frozen=True, kw_only=True):
    """What is said to a moment. reply_to_id: the comment that is answered."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=2 * LONGEST_COMMENT)]
    reply_to_id: Id | None = None


class NewMood(msgspec.Struct, frozen=True, kw_only=True):
    """How one feels, and for how long friends are told."""

    mood: Mood
    words: Annotated[str, msgspec.Meta(max_length=2 * LONGEST_MOOD)] = ""
    lasts: Lasting = "day"


class NewMomentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """window_days: how many days back friends may look, null for everything."""

    window_days: Literal[3, 30, 180] | None


@get("/api/v1/moments", tags=_TAG)
async def list_moments(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Moments:
    """List what one's friends show, and what one shows oneself, newest first."""
    return await db.read(read_timeline, viewer_id=member.account_id, cursor=cursor, limit=limit)


@post("/api/v1/moments", tags=_TAG)
async def post_one(
    *, data: NewMoment, member: Member, db: Database, limiter: RateLimits, key: Key = None
) -> MomentAnswer:
    """Show something to one's friends. A resend with the same key gets the first result."""
    limiter.check("moments.post", member.account_id, _POSTS_AN_HOUR, 3600)
    posted = await db.write(
        post_moment,
        author_id=member.account_id,
        body=data.body,
        photo_ids=[parse_id(one) for one in data.photo_ids],
        clip_ref=data.clip_id,
        mood=data.mood,
        audience=data.audience,
        named_ids=[parse_id(one) for one in data.named_ids],
        client_id=key,
    )
    return await db.read(read_moment, moment_id=posted.id, viewer_id=member.account_id)


@post("/api/v1/moments/photos", request_max_body_size=MOST_PICTURE_BYTES, tags=_TAG)
async def add_one_photo(
    *, request: AnyRequest, member: Member, db: Database, blobs: Blobs, limiter: RateLimits
) -> PhotoAnswer:
    """Upload the photo in the body (JPEG, PNG, WebP or GIF as it is, no form, up to 8 MB) for a moment of today.

    Only its pixels are kept: place, camera and date are left behind.
    """
    limiter.check("moments.photos", member.account_id, _PHOTOS_AN_HOUR, 3600)
    picture = await request.body()
    folder = f"private/moments/{member.account_id}"
    stored = await asyncio.to_thread(partial(store_picture, blobs, folder=folder, picture=picture))
    try:
        added = await db.write(
            add_photo, owner_id=member.account_id, key=stored.key, width=stored.width, height=stored.height
        )
    except Refusal:
        await asyncio.to_thread(remove_picture, blobs, stored.key)
        raise
    return describe_photo(added)


@get("/api/v1/moments/photos/{photo_id:str}", media_type="image/webp", tags=_TAG)
async def see_photo(*, photo_id: Id, member: Member, db: Database, blobs: Blobs, width: Width = 720) -> BlobAnswer:
    """Return a photo to whoever sees its moment."""
    photo = await db.read(access_photo, parse_id(photo_id), viewer_id=member.account_id)
    return BlobAnswer(blobs, f"{photo.key}-{width}.webp", cache_control=_ASK_EACH_TIME)


@get("/api/v1/moments/{moment_id:str}", tags=_TAG)
async def show_one(*, moment_id: Id, member: Member, db: Database) -> MomentAnswer:
    """Show one moment."""
    return await db.read(read_moment, moment_id=parse_id(moment_id), viewer_id=member.account_id)


@delete("/api/v1/moments/{moment_id:str}", tags=_TAG)
async def delete_one(*, moment_id: Id, member: Member, db: Database) -> None:
    """Take a moment of one's own away, with all that was said to it."""
    await db.write(delete_moment, moment_id=parse_id(moment_id), by_id=member.account_id)


@put("/api/v1/moments/{moment_id:str}/like", status_code=200, tags=_TAG)
async def like_one(*, moment_id: Id, member: Member, db: Database, limiter: RateLimits) -> MomentAnswer:
    """Like a moment. Of one's likes those learn who are friends of both."""
    limiter.check("moments.like", member.account_id, _LIKES_A_MINUTE, 60)
    wanted = parse_id(moment_id)
    await db.write(like_moment, moment_id=wanted, account_id=member.account_id)
    return await db.read(read_moment, moment_id=wanted, viewer_id=member.account_id)


@delete("/api/v1/moments/{moment_id:str}/like", tags=_TAG)
async def unlike_one(*, moment_id: Id, member: Member, db: Database, limiter: RateLimits) -> None:
    """Take a like back."""
    limiter.check("moments.like", member.account_id, _LIKES_A_MINUTE, 60)
    await db.write(unlike_moment, moment_id=parse_id(moment_id), account_id=member.account_id)


@post("/api/v1/moments/{moment_id:str}/comments", tags=_TAG)
async def comment_one(
    *, moment_id: Id, data: NewMomentComment, member: Member, db: Database, limiter: RateLimits, key: Key = None
) -> MomentAnswer:
    """Say something to a moment, and get it back with all that is said. Those read it who are friends of both."""
    limiter.check("moments.comment", member.account_id, _COMMENTS_A_MINUTE, 60)
    wanted = parse_id(moment_id)
    await db.write(
        comment_moment,
        moment_id=wanted,
        author_id=member.account_id,
        body=data.body,
        reply_to=None if data.reply_to_id is None else parse_id(data.reply_to_id),
        client_id=key,
    )
    return await db.read(read_moment, moment_id=wanted, viewer_id=member.account_id)


@delete("/api/v1/moment-comments/{comment_id:str}", tags=_TAG)
async def delete_comment(*, comment_id: Id, member: Member, db: Database) -> None:
    """Take a comment away: one's own, or one at one's own moment."""
    await db.write(delete_moment_comment, comment_id=parse_id(comment_id), by_id=member.account_id)


@get("/api/v1/people/{person_id:str}/moments", tags=_TAG)
async def list_of_person(
    *, person_id: Id, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Moments:
    """List what one person shows to the asking one, newest first; nothing to who is no friend."""
    return await db.read(
        read_album, author_id=parse_id(person_id), viewer_id=member.account_id, cursor=cursor, limit=limit
    )


@get("/api/v1/moods", tags=_TAG)
async def list_moods(*, member: Member, db: Database) -> Moods:
    """List how one's friends feel just now, and oneself."""
    return await db.read(read_moods, viewer_id=member.account_id)


@put("/api/v1/me/mood", status_code=200, tags=_TAG)
async def put_mood(*, data: NewMood, member: Member, db: Database, limiter: RateLimits) -> Moods:
    """Tell friends how one feels, for an hour up to a week."""
    limiter.check("moments.mood", member.account_id, _MOODS_A_MINUTE, 60)
    await db.write(set_mood, person_id=member.account_id, mood=data.mood, words=data.words, lasts=data.lasts)
    return await db.read(read_moods, viewer_id=member.account_id)


@delete("/api/v1/me/mood", tags=_TAG)
async def drop_mood(*, member: Member, db: Database) -> None:
    """Take one's mood down."""
    await db.write(clear_mood, person_id=member.account_id)


@get("/api/v1/me/moment-settings", tags=_TAG)
async def show_settings(*, member: Member, db: Database) -> MomentSettings:
    """Show how far back friends may look."""
    return await db.read(read_settings, person_id=member.account_id)


@put("/api/v1/me/moment-settings", status_code=200, tags=_TAG)
async def put_settings(*, data: NewMomentSettings, member: Member, db: Database) -> MomentSettings:
    """Decide how far back friends may look: 3, 30 or 180 days, or null for everything."""
    await db.write(set_window, person_id=member.account_id, days=data.window_days)
    return MomentSettings(window_days=data.window_days)


route_handlers: Sequence[Any] = (
    list_moments,
    post_one,
    add_one_photo,
    see_photo,
    show_one,
    delete_one,
    like_one,
    unlike_one,
    comment_one,
    delete_comment,
    list_of_person,
    list_moods,
    put_mood,
    drop_mood,
    show_settings,
    put_settings,
)
