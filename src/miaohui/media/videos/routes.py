"""The API of videos."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Member, Viewer
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.paging import Position, cut_page, decode_cursor
from miaohui.media.videos.access import access_video
from miaohui.media.videos.actions.edit_caption import edit_caption
from miaohui.media.videos.actions.publish_video import Wish, publish_video
from miaohui.media.videos.actions.remove_video import remove_video
from miaohui.media.videos.answers import Translate, Video, Videos, video_for_anyone, video_for_owner
from miaohui.media.videos.captions import MAX_CAPTION
from miaohui.media.videos.queries import (
    OwnVideo,
    VideoCard,
    own_video,
    own_videos,
    video_cards,
    videos_by,
    videos_under_topic,
)
from miaohui.people.graph.access import access_person

AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=50)]
Cursor = Annotated[str | None, Parameter(max_length=100)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]
# Longer than a caption may be, so that a caption which is a little too long gets the answer made for it.
CaptionText = Annotated[str, msgspec.Meta(max_length=4 * MAX_CAPTION)]


class Trim(msgspec.Struct, frozen=True, kw_only=True):
    """Beginning and end of what is kept, on the time line of the file."""

    start_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None


class NewVideo(msgspec.Struct, frozen=True, kw_only=True):
    """What a complete upload is to become. cover_ms: on the time line of the file, within what is kept."""

    upload_id: Id
    caption: CaptionText = ""
    trim: Trim | None = None
    cover_ms: Milliseconds | None = None


class NewCaption(msgspec.Struct, frozen=True, kw_only=True):
    """The text under a video."""

    caption: CaptionText


@post("/api/v1/videos", tags=["videos"])
async def publish(*, request: AnyRequest, data: NewVideo, member: Member, db: Database) -> Video:
    """Publish a complete upload. Asking again for the same gives the same video.

    It plays as soon as its state is `published`; `videos:{id}:progress` on the socket tells how far it is.
    """
    trim = data.trim or Trim()
    wish = Wish(caption=data.caption, start_ms=trim.start_ms, end_ms=trim.end_ms, cover_ms=data.cover_ms)
    upload_id = parse_id(data.upload_id)
    video_id = await db.write(publish_video, author_id=member.account_id, upload_id=upload_id, wish=wish)
    return await _show_own(request, db, video_id)


@get("/api/v1/videos/{video_id:str}", tags=["videos"])
async def show(*, request: AnyRequest, video_id: Id, viewer: Viewer, db: Database) -> Video:
    """Show a video: a published one to everybody, one's own in whatever state it is."""
    number = parse_id(video_id)
    own = await db.read(own_video, number)
    if own is not None and own.state != "removed" and own.author_id == viewer.account_id:
        return await _show_own(request, db, number)
    return video_for_anyone(await db.read(_card_for, video_id=number, viewer_id=viewer.person_id))


@patch("/api/v1/videos/{video_id:str}", tags=["videos"])
async def edit(*, request: AnyRequest, video_id: Id, data: NewCaption, member: Member, db: Database) -> Video:
    """Change the caption, and with it the hashtags."""
    number = parse_id(video_id)
    await db.write(edit_caption, video_id=number, person_id=member.account_id, caption=data.caption)
    return await _show_own(request, db, number)


@delete("/api/v1/videos/{video_id:str}", status_code=204, tags=["videos"])
async def remove(*, video_id: Id, member: Member, db: Database) -> None:
    """Take a video down for good; its files are removed."""
    await db.write(remove_video, video_id=parse_id(video_id), person_id=member.account_id)


@get("/api/v1/me/videos", tags=["videos"])
async def list_own(
    *, request: AnyRequest, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Videos:
    """List all that one has brought, newest first, with what became of it."""
    after = decode_cursor(cursor)
    found = await db.read(own_videos, author_id=member.account_id, after=after, limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=_place_of_own)
    cards = await db.read(video_cards, [own.id for own in shown])
    translate = _translator(request, member.locale)
    return Videos(items=[video_for_owner(own, cards.get(own.id), translate) for own in shown], cursor=following)


@get("/api/v1/people/{person_id:str}/videos", tags=["videos"])
async def list_of_person(
    *, person_id: Id, viewer: Viewer, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Videos:
    """List what a person has published, newest first."""
    after = decode_cursor(cursor)
    found = await db.read(
        _of_person, person_id=parse_id(person_id), viewer_id=viewer.person_id, after=after, limit=limit + 1
    )
    return _page(found, limit)


@get("/api/v1/topics/{topic:str}/videos", tags=["videos"])
async def list_of_topic(
    *,
    topic: Annotated[str, Parameter(max_length=64)],
    viewer: Viewer,
    db: Database,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Videos:
    """List what is published under a hashtag, newest first; `topic` comes without the sign."""
    after = decode_cursor(cursor)
    found = await db.read(videos_under_topic, topic=topic, viewer_id=viewer.person_id, after=after, limit=limit + 1)
    return _page(found, limit)


def _page(found: list[VideoCard], limit: int) -> Videos:
    shown, following = cut_page(found, limit=limit, position=_place)
    return Videos(items=[video_for_anyone(card) for card in shown], cursor=following)


def _place(card: VideoCard) -> Position:
    return card.published_at, card.id


def _place_of_own(own: OwnVideo) -> Position:
    return own.created_at, own.id


async def _show_own(request: AnyRequest, db: Database, video_id: int) -> Video:
    own = await db.read(own_video, video_id)
    if own is None:
        raise NotFound
    cards = await db.read(video_cards, [video_id])
    return video_for_owner(own, cards.get(video_id), _translator(request, request.scope["state"]["viewer"].locale))


def _translator(request: AnyRequest, locale: str) -> Translate:
    def translate(text: str) -> str:
        return str(request.app.state.renderer.gettext(locale, text))

    return translate


def _card_for(tx: Tx, *, video_id: int, viewer_id: int) -> VideoCard:
    access_video(tx, video_id=video_id, viewer_id=viewer_id)
    return video_cards(tx, [video_id])[video_id]


def _of_person(tx: Tx, *, person_id: int, viewer_id: int, after: Position | None, limit: int) -> list[VideoCard]:
    access_person(tx, person_id=person_id, viewer_id=viewer_id)
    return videos_by(tx, author_id=person_id, after=after, limit=limit)


route_handlers = (publish, show, edit, remove, list_own, list_of_person, list_of_topic)
