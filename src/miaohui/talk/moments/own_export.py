"""A person's moments, comments, likes and mood in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.people.accounts.export import ExportedFile
from miaohui.people.accounts.queries import person_cards
from miaohui.talk.moments.queries import audience_of, photos_of, window_of
from miaohui.talk.moments.tables import moment, moment_comment, moment_like, moment_photo, person_mood

_LARGEST_PX = 1440


class ExportedMoment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment. named: whom the person named as its audience, by handle. photos: names of files beside this one."""

    id: str
    body: str
    mood: str | None
    clip: str | None
    audience: str
    named: list[str]
    photos: list[str]
    posted_at: datetime


class ExportedMomentComment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the person said to a moment."""

    moment_id: str
    body: str
    posted_at: datetime


class ExportedMomentLike(msgspec.Struct, frozen=True, kw_only=True):
    """A moment that the person likes."""

    moment_id: str
    liked_at: datetime


class ExportedMood(msgspec.Struct, frozen=True, kw_only=True):
    """How the person feels, and how far back friends may look."""

    mood: str | None
    words: str | None
    expires_at: datetime | None
    window_days: int | None


def moments_for_export(tx: Tx, account_id: int) -> Iterator[ExportedMoment]:
    """Yield what the person shows friends, oldest first."""
    columns = (moment.c.id, moment.c.body, moment.c.mood, moment.c.clip_ref, moment.c.audience, moment.c.posted_at)
    own = sa.and_(moment.c.author_id == account_id, moment.c.state == "visible")
    for row in tx.execute(sa.select(*columns).where(own).order_by(moment.c.id)).all():
        named = person_cards(tx, audience_of(tx, row.id))
        yield ExportedMoment(
            id=format_id(row.id),
            body=row.body,
            mood=row.mood,
            clip=row.clip_ref,
            audience=row.audience,
            named=sorted(card.handle for card in named.values()),
            photos=[_file_name(photo.id) for photo in photos_of(tx, [row.id])],
            posted_at=row.posted_at,
        )


def photos_for_export(tx: Tx, account_id: int) -> Iterator[ExportedFile]:
    """Yield the person's photos in their largest size."""
    own = sa.select(moment_photo.c.id, moment_photo.c.key).where(moment_photo.c.owner_id == account_id)
    for row in tx.execute(own.order_by(moment_photo.c.id)).all():
        yield ExportedFile(name=_file_name(row.id), key=f"{row.key}-{_LARGEST_PX}.webp")


def comments_for_export(tx: Tx, account_id: int) -> Iterator[ExportedMomentComment]:
    """Yield what the person said to moments, oldest first."""
    columns = (moment_comment.c.moment_id, moment_comment.c.body, moment_comment.c.posted_at)
    own = sa.select(*columns).where(moment_comment.c.author_id == account_id).order_by(moment_comment.c.id)
    for row in tx.execute(own):
        yield ExportedMomentComment(moment_id=format_id(row.moment_id), body=row.body, posted_at=row.posted_at)


def likes_for_export(tx: Tx, account_id: int) -> Iterator[ExportedMomentLike]:
    """Yield which moments the person likes."""
    own = moment_like.c.account_id == account_id
    for row in tx.execute(sa.select(moment_like.c.moment_id, moment_like.c.liked_at).where(own)):
        yield ExportedMomentLike(moment_id=format_id(row.moment_id), liked_at=row.liked_at)


def mood_for_export(tx: Tx, account_id: int) -> Iterator[ExportedMood]:
    """Yield the person's mood and setting, where there are any."""
    own = sa.select(person_mood.c.mood, person_mood.c.words, person_mood.c.expires_at)
    row = tx.execute(own.where(person_mood.c.person_id == account_id)).one_or_none()
    window = window_of(tx, account_id)
    if row is not None or window is not None:
        mood, words, expires_at = (None, None, None) if row is None else row
        yield ExportedMood(mood=mood, words=words, expires_at=expires_at, window_days=window)


def _file_name(photo_id: int) -> str:
    return f"{photo_id}.webp"
