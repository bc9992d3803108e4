"""Reads of the moments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Timestamp, Tx
from miaohui.kit.paging import Position
from miaohui.talk.moments.moods import Mood
from miaohui.talk.moments.tables import (
    moment,
    moment_audience,
    moment_comment,
    moment_like,
    moment_photo,
    moment_setting,
    moment_timeline,
    person_mood,
)
from miaohui.talk.moments.visibility import SEEN_COMMENT, SEEN_LIKE, SEEN_MOMENT, SEEN_MOOD, UNMUTED, VIEWER, as_seen_by

Audience = Literal["friends", "some", "not_some"]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody shows friends, as it stands in the database."""

    id: int
    author_id: int
    client_id: str | None
    body: str
    mood: Mood | None
    clip_ref: str | None
    audience: Audience
    state: Literal["visible", "deleted"]
    posted_at: datetime


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photo; width and height in pixels are those of the largest size. moment_id: None until it is posted."""

    id: int
    owner_id: int
    moment_id: int | None
    key: str
    width: int
    height: int


class MomentLike(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody likes a moment."""

    moment_id: int
    account_id: int


class MomentComment(msgspec.Struct, frozen=True, kw_only=True):
    """Something said to a moment. reply_to_id: the person who is answered."""

    id: int
    moment_id: int
    author_id: int
    reply_to_id: int | None
    client_id: str | None
    body: str
    posted_at: datetime


class PersonMood(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody feels, until when."""

    person_id: int
    mood: Mood
    words: str
    set_at: datetime
    expires_at: datetime


_MOMENT = tuple(moment.c[field] for field in Moment.__struct_fields__)
_PHOTO = tuple(moment_photo.c[field] for field in Photo.__struct_fields__)
_COMMENT = tuple(moment_comment.c[field] for field in MomentComment.__struct_fields__)
_MOOD = tuple(person_mood.c[field] for field in PersonMood.__struct_fields__)

# Built once: making such a statement anew takes longer than SQLite takes to answer it.
_SEEN = sa.select(*_MOMENT).where(moment.c.id == sa.bindparam("moment_id"), SEEN_MOMENT)
_BEFORE = (
    sa.bindparam("before_at", type_=Timestamp),
    sa.bindparam("before_id", type_=sa.BigInteger),
)
_LIMIT = sa.bindparam("most", type_=sa.Integer)


def _timeline(first: bool) -> sa.Select[tuple[object, ...]]:
    place = (moment_timeline.c.posted_at, moment_timeline.c.moment_id)
    statement = (
        sa.select(*_MOMENT)
        .join_from(moment_timeline, moment, moment.c.id == moment_timeline.c.moment_id)
        .where(moment_timeline.c.person_id == VIEWER, SEEN_MOMENT, UNMUTED)
    )
    if not first:
        statement = statement.where(sa.tuple_(*place) < sa.tuple_(*_BEFORE))
    return statement.order_by(*(column.desc() for column in place)).limit(_LIMIT)


def _album(first: bool) -> sa.Select[tuple[object, ...]]:
    place = (moment.c.posted_at, moment.c.id)
    statement = sa.select(*_MOMENT).where(moment.c.author_id == sa.bindparam("author_id"), SEEN_MOMENT)
    if not first:
        statement = statement.where(sa.tuple_(*place) < sa.tuple_(*_BEFORE))
    return statement.order_by(*(column.desc() for column in place)).limit(_LIMIT)


_TIMELINE = {first: _timeline(first) for first in (True, False)}
_ALBUM = {first: _album(first) for first in (True, False)}
_IDS: sa.BindParameter[int] = sa.bindparam("moment_ids", expanding=True)
_LIKES = (
    sa.select(moment_like.c.moment_id, moment_like.c.account_id)
    .join(moment, moment.c.id == moment_like.c.moment_id)
    .where(moment_like.c.moment_id.in_(_IDS), SEEN_LIKE)
    .order_by(moment_like.c.liked_at, moment_like.c.account_id)
)
_COMMENTS = (
    sa.select(*_COMMENT)
    .join(moment, moment.c.id == moment_comment.c.moment_id)
    .where(moment_comment.c.moment_id.in_(_IDS), SEEN_COMMENT)
    .order_by(moment_comment.c.posted_at, moment_comment.c.id)
)
_PHOTOS = (
    sa.select(*_PHOTO)
    .where(moment_photo.c.moment_id.in_(_IDS))
    .order_by(moment_photo.c.moment_id, moment_photo.c.position)
)
_MOODS = sa.select(*_MOOD).where(SEEN_MOOD).order_by(person_mood.c.set_at.desc(), person_mood.c.person_id).limit(100)


def moment_by_id(tx: Tx, moment_id: int) -> Moment | None:
    """Return a moment, deleted or not, whoever asks."""
    return tx.one(sa.select(*_MOMENT).where(moment.c.id == moment_id), Moment)


def moment_by_client_id(tx: Tx, *, author_id: int, client_id: str) -> Moment | None:
    """Return what an author posted under this client id."""
    mine = sa.and_(moment.c.author_id == author_id, moment.c.client_id == client_id)
    return tx.one(sa.select(*_MOMENT).where(mine), Moment)


def seen_moment(tx: Tx, moment_id: int, *, viewer_id: int) -> Moment | None:
    """Return a moment if this person sees it now."""
    row = tx.execute(_SEEN, {"moment_id": moment_id, **as_seen_by(viewer_id, tx.now)}).mappings().first()
    return None if row is None else Moment(**row)


def timeline_of(tx: Tx, *, viewer_id: int, after: Position | None, limit: int) -> list[Moment]:
    """Return what a person's friends and they themselves show, newest first."""
    rows = tx.execute(_TIMELINE[after is None], _page(viewer_id, tx.now, after, limit))
    return [Moment(**row) for row in rows.mappings()]


def album_of(tx: Tx, *, author_id: int, viewer_id: int, after: Position | None, limit: int) -> list[Moment]:
    """Return what one person shows to another, newest first; nothing to strangers."""
    rows = tx.execute(_ALBUM[after is None], {"author_id": author_id, **_page(viewer_id, tx.now, after, limit)})
    return [Moment(**row) for row in rows.mappings()]


def _page(viewer_id: int, now: datetime, after: Position | None, limit: int) -> dict[str, object]:
    seen = {**as_seen_by(viewer_id, now), "most": limit}
    return seen if after is None else {**seen, "before_at": after[0], "before_id": after[1]}


def likes_of(tx: Tx, *, viewer_id: int, moment_ids: Sequence[int]) -> list[MomentLike]:
    """Return the likes of moments that the viewer sees, by common friends alone, first ones first."""
    rows = tx.execute(_LIKES, {"moment_ids": list(moment_ids), **as_seen_by(viewer_id, tx.now)})
    return [MomentLike(**row) for row in rows.mappings()]


def comments_of(tx: Tx, *, viewer_id: int, moment_ids: Sequence[int]) -> list[MomentComment]:
    """Return the comments below moments that the viewer sees, by common friends alone, first ones first."""
    rows = tx.execute(_COMMENTS, {"moment_ids": list(moment_ids), **as_seen_by(viewer_id, tx.now)})
    return [MomentComment(**row) for row in rows.mappings()]


def comment_by_id(tx: Tx, comment_id: int) -> MomentComment | None:
    """Return a comment, whoever asks."""
    return tx.one(sa.select(*_COMMENT).where(moment_comment.c.id == comment_id), MomentComment)


def comment_by_client_id(tx: Tx, *, author_id: int, client_id: str) -> MomentComment | None:
    """Return what somebody said under this client id."""
    mine = sa.and_(moment_comment.c.author_id == author_id, moment_comment.c.client_id == client_id)
    return tx.one(sa.select(*_COMMENT).where(mine), MomentComment)


def photos_of(tx: Tx, moment_ids: Iterable[int]) -> list[Photo]:
    """Return the photos of moments, in their order."""
    return [Photo(**row) for row in tx.execute(_PHOTOS, {"moment_ids": list(moment_ids)}).mappings()]


def photo_by_id(tx: Tx, photo_id: int) -> Photo | None:
    """Return a photo, whoever asks."""
    return tx.one(sa.select(*_PHOTO).where(moment_photo.c.id == photo_id), Photo)


def audience_of(tx: Tx, moment_id: int) -> frozenset[int]:
    """Return whom the author has named for `some` or `not_some`."""
    return frozenset(tx.scalars(sa.select(moment_audience.c.person_id).where(moment_audience.c.moment_id == moment_id)))


def window_of(tx: Tx, person_id: int) -> int | None:
    """Return how many days back a person's friends may look, None for everything."""
    mine = sa.select(moment_setting.c.window_days).where(moment_setting.c.person_id == person_id)
    days: int | None = tx.scalar(mine)
    return days


def moods_for(tx: Tx, *, viewer_id: int) -> list[PersonMood]:
    """Return how a person and their friends feel just now, newest first."""
    rows = tx.execute(_MOODS, {"viewer_id": viewer_id, "now": tx.now})
    return [PersonMood(**row) for row in rows.mappings()]
