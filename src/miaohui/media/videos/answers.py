"""What the API of videos answers, and how it is made from what the domain says."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import msgspec

from miaohui.kit.ids import Id, format_id
from miaohui.media.videos.ffmpeg.refusals import REFUSALS, MediaRefused
from miaohui.media.videos.queries import OwnVideo, Playback, VideoCard

Translate = Callable[[str], str]


class RefusalReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file did not become a video; `text` is in the language of the asking person."""

    code: str
    text: str
    data: dict[str, Any]


class Video(msgspec.Struct, frozen=True, kw_only=True):
    """A video. Strangers are shown published ones only, and `own` tells that the rest may be changed.

    progress: 0 to 1 while it is worked on, 1 when there is nothing more to wait for.
    """

    id: Id
    author_id: Id
    own: bool
    state: Literal["processing", "published", "refused", "failed", "removed"]
    ladder: Literal["waiting", "building", "ready", "failed"]
    progress: float
    caption: str
    topics: list[str]
    media: Playback | None
    poster: str | None
    thumbnail: str | None
    duration_ms: int | None
    refusal: RefusalReason | None
    created_at: datetime
    published_at: datetime | None


class Videos(msgspec.Struct, frozen=True, kw_only=True):
    """One page of videos; `cursor` asks for the next, and is null at the end."""

    items: list[Video]
    cursor: str | None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What the socket says of a video that is worked on; the rest is read from the API."""

    id: Id
    state: Literal["processing", "published", "refused", "failed", "removed"]
    ladder: Literal["waiting", "building", "ready", "failed"]
    progress: float


def video_for_anyone(card: VideoCard) -> Video:
    """Return a published video as whoever may watch it sees it."""
    return Video(
        id=format_id(card.id),
        author_id=format_id(card.author_id),
        own=False,
        state="published",
        ladder="waiting" if card.playback.hls is None else "ready",
        progress=1.0,
        caption=card.caption,
        topics=list(card.topics),
        media=card.playback,
        poster=card.playback.poster,
        thumbnail=card.playback.thumbnail,
        duration_ms=card.playback.duration_ms,
        refusal=None,
        created_at=card.published_at,
        published_at=card.published_at,
    )


def video_for_owner(own: OwnVideo, card: VideoCard | None, translate: Translate) -> Video:
    """Return a video as its owner sees it. card: None while there is nothing to play."""
    return Video(
        id=format_id(own.id),
        author_id=format_id(own.author_id),
        own=True,
        state=own.state,
        ladder=own.ladder,
        progress=own.progress,
        caption=own.caption,
        topics=list(own.topics),
        media=None if card is None else card.playback,
        poster=own.poster,
        thumbnail=own.thumbnail,
        duration_ms=own.duration_ms,
        refusal=_reason(own, translate),
        created_at=own.created_at,
        published_at=own.published_at,
    )


def progress_of(own: OwnVideo) -> Progress:
    """Return how far the work on a video is."""
    return Progress(id=format_id(own.id), state=own.state, ladder=own.ladder, progress=own.progress)


def _reason(own: OwnVideo, translate: Translate) -> RefusalReason | None:
    if own.refusal_code is None:
        return None
    refused: type[MediaRefused] = REFUSALS.get(own.refusal_code, MediaRefused)
    return RefusalReason(code=own.refusal_code, text=translate(refused.title), data=own.refusal_data)
