"""Reads of videos."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.media.videos.captions import fold_topic
from miaohui.media.videos.states import LadderState, VideoState
from miaohui.media.videos.tables import video, video_hashtag, video_rendition
from miaohui.people.graph.queries import hidden_accounts


class Playback(msgspec.Struct, frozen=True, kw_only=True):
    """Where the files of a video are fetched; paths are of our own origin. Part of the API's answers, too."""

    hls: str | None
    """Master playlist; None until the ladder is there."""
    mp4: str
    """One plain file that starts at once; a first copy until the ladder is there."""
    poster: str
    thumbnail: str
    preview: str | None
    """Frames side by side in one WebP, `preview_frames` of them from left to right."""
    preview_frames: int
    width: int
    height: int
    duration_ms: int
    has_audio: bool


class VideoCard(msgspec.Struct, frozen=True, kw_only=True):
    """A published video, as feeds and profiles show it."""

    id: int
    author_id: int
    caption: str
    topics: tuple[str, ...]
    """Hashtags as written, without the sign."""
    playback: Playback
    published_at: datetime


class OwnVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A video as its owner sees it, whatever has become of it."""

    id: int
    author_id: int
    state: VideoState
    ladder: LadderState
    progress: float
    """0 to 1 while the ladder is built; 1 when there is nothing more to wait for."""
    caption: str
    topics: tuple[str, ...]
    refusal_code: str | None
    refusal_data: dict[str, Any]
    poster: str | None
    thumbnail: str | None
    duration_ms: int | None
    created_at: datetime
    published_at: datetime | None


class VideoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What permissions and jobs need of a video."""

    id: int
    author_id: int
    state: VideoState
    ladder: LadderState
    upload_id: int | None
    local_key: str | None
    request_digest: str
    asked_start_ms: int | None
    asked_end_ms: int | None
    asked_cover_ms: int | None


class StoredRendition(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of a video's ladder."""

    name: str
    width: int
    height: int
    bandwidth: int
    average_bandwidth: int
    codecs: str
    n_bytes: int


_FACTS = [video.c[name] for name in VideoFacts.__struct_fields__]
_CARD = [
    video.c[name]
    for name in (
        *("id", "author_id", "caption", "topics", "hls", "mp4", "poster", "thumbnail", "strip", "strip_frames"),
        *("width", "height", "duration_ms", "has_audio", "published_at"),
    )
]
# Told the state, SQLite would walk along all published videos instead of looking up the few ids. Built once, since
# making a statement takes longer than SQLite takes to answer it, and feeds ask at every page.
_CARDS = sa.select(*_CARD, video.c.state).where(video.c.id.in_(sa.bindparam("video_ids", expanding=True)))
_OWN = [
    video.c[name]
    for name in (
        *(
            "id",
            "author_id",
            "state",
            "ladder",
            "progress_percent",
            "caption",
            "topics",
            "refusal_code",
            "refusal_data",
        ),
        *("poster", "thumbnail", "duration_ms", "created_at", "published_at"),
    )
]


def media_url(key: str) -> str:
    """Return the address under which the file of this key is served."""
    return f"/media/{key}"


def select_facts(video_id: int) -> sa.Select[Any]:
    """The query behind `video_facts`, for locks.py to make it hold the row."""
    return sa.select(*_FACTS).where(video.c.id == video_id)


def video_facts(tx: Tx, video_id: int) -> VideoFacts | None:
    """Return a video in whatever state."""
    return tx.one(select_facts(video_id), VideoFacts)


def video_of_upload(tx: Tx, upload_id: int) -> VideoFacts | None:
    """Return the video that an upload has become."""
    return tx.one(sa.select(*_FACTS).where(video.c.upload_id == upload_id), VideoFacts)


def video_of_local_key(tx: Tx, local_key: str) -> VideoFacts | None:
    """Return the video that was published under a key of the caller's."""
    return tx.one(sa.select(*_FACTS).where(video.c.local_key == local_key), VideoFacts)


def video_cards(tx: Tx, video_ids: Iterable[int]) -> dict[int, VideoCard]:
    """Return the published ones of `video_ids` by id, in one query; others are absent."""
    rows = tx.execute(_CARDS, {"video_ids": sorted(set(video_ids))})
    return {row.id: _card(row) for row in rows if row.state == "published"}


def own_video(tx: Tx, video_id: int) -> OwnVideo | None:
    """Return a video as its owner sees it."""
    row = tx.execute(sa.select(*_OWN).where(video.c.id == video_id)).first()
    return None if row is None else _own(row)


def videos_by(tx: Tx, *, author_id: int, after: Position | None, limit: int) -> list[VideoCard]:
    """Return what somebody has published, newest first."""
    return _published(tx, video.c.author_id == author_id, after=after, limit=limit)


def videos_under_topic(tx: Tx, *, topic: str, viewer_id: int, after: Position | None, limit: int) -> list[VideoCard]:
    """Return what is published under a hashtag, newest first, however it is written.

    Without those whom the viewer must not meet.
    """
    tagged = sa.select(video_hashtag.c.video_id).where(video_hashtag.c.tag == fold_topic(topic))
    meets = video.c.author_id.not_in(hidden_accounts(viewer_id))
    return _published(tx, sa.and_(video.c.id.in_(tagged), meets), after=after, limit=limit)


def newest_videos(tx: Tx, *, after: Position | None, limit: int) -> list[VideoCard]:
    """Return what is published, newest first."""
    return _published(tx, sa.true(), after=after, limit=limit)


def own_videos(tx: Tx, *, author_id: int, after: Position | None, limit: int) -> list[OwnVideo]:
    """Return all that a person has brought and not removed, newest first."""
    place = (video.c.created_at, video.c.id)
    query = sa.select(*_OWN).where(video.c.author_id == author_id, video.c.state != "removed")
    if after is not None:
        query = query.where(_before(place, after))
    return [_own(row) for row in tx.execute(query.order_by(*(each.desc() for each in place)).limit(limit))]


def ids_of_author(tx: Tx, author_id: int) -> list[int]:
    """Return all videos of a person that are not removed, oldest first."""
    return tx.scalars(
        sa.select(video.c.id).where(video.c.author_id == author_id, video.c.state != "removed").order_by(video.c.id)
    )


def count_published(tx: Tx, author_id: int) -> int:
    """Return how many videos a person has out."""
    mine = sa.and_(video.c.author_id == author_id, video.c.state == "published")
    return int(tx.scalar(sa.select(sa.func.count()).select_from(video).where(mine)) or 0)


def renditions_of(tx: Tx, video_id: int) -> list[StoredRendition]:
    """Return the rungs of a video's ladder, smallest first."""
    columns = [video_rendition.c[name] for name in StoredRendition.__struct_fields__]
    mine = sa.select(*columns).where(video_rendition.c.video_id == video_id)
    return tx.all(mine.order_by(video_rendition.c.width * video_rendition.c.height), StoredRendition)


def _published(tx: Tx, where: sa.ColumnElement[bool], *, after: Position | None, limit: int) -> list[VideoCard]:
    place = (video.c.published_at, video.c.id)
    query = sa.select(*_CARD).where(video.c.state == "published", where)
    if after is not None:
        query = query.where(_before(place, after))
    return [_card(row) for row in tx.execute(query.order_by(*(each.desc() for each in place)).limit(limit))]


def _before(place: tuple[sa.Column[datetime], sa.Column[int]], after: Position) -> sa.ColumnElement[bool]:
    at, video_id = after
    return sa.tuple_(*place) < sa.tuple_(sa.literal(at, place[0].type), sa.literal(video_id))


def _card(row: sa.Row[Any]) -> VideoCard:
    playback = Playback(
        hls=None if row.hls is None else media_url(row.hls),
        mp4=media_url(row.mp4),
        poster=media_url(row.poster),
        thumbnail=media_url(row.thumbnail),
        preview=None if row.strip is None else media_url(row.strip),
        preview_frames=row.strip_frames or 0,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        has_audio=row.has_audio,
    )
    return VideoCard(
        id=row.id,
        author_id=row.author_id,
        caption=row.caption,
        topics=tuple(row.topics),
        playback=playback,
        published_at=row.published_at,
    )


def _own(row: sa.Row[Any]) -> OwnVideo:
    over = row.state in {"refused", "failed", "removed"} or row.ladder in {"ready", "failed"}
    return OwnVideo(
        id=row.id,
        author_id=row.author_id,
        state=row.state,
        ladder=row.ladder,
        progress=1.0 if over else row.progress_percent / 100,
        caption=row.caption,
        topics=tuple(row.topics),
        refusal_code=row.refusal_code,
        refusal_data=row.refusal_data or {},
        poster=None if row.poster is None else media_url(row.poster),
        thumbnail=None if row.thumbnail is None else media_url(row.thumbnail),
        duration_ms=row.duration_ms,
        created_at=row.created_at,
        published_at=row.published_at,
    )
