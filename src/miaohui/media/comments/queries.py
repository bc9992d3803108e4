"""Reads of the comments."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.media.comments.tables import comment, comment_count, comment_like
from miaohui.people.graph.queries import hidden_accounts

Sort = Literal["newest", "most_liked"]


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as it stands in the database. thread_id, reply_to_id: empty for a top-level one."""

    id: int
    video_id: int
    thread_id: int | None
    reply_to_id: int | None
    author_id: int
    client_id: str | None
    body: str | None
    """Empty once it is deleted."""
    state: Literal["visible", "deleted"]
    likes: int
    replies: int
    """Visible replies in the thread; always 0 for a reply."""
    posted_at: datetime


class CommentLikes(msgspec.Struct, frozen=True, kw_only=True):
    """How many like a comment, and whether the asking person does."""

    liked: bool
    likes: int


_COLUMNS = tuple(comment.c[field] for field in Comment.__struct_fields__)
LikedPosition = tuple[int, datetime, int]
"""Where a page ordered by likes ended: likes, moment and id of its last comment."""


# Built once: making the statement anew takes longer than SQLite takes to answer it.
_COUNTS = sa.select(comment_count.c.video_id, comment_count.c.comments).where(
    comment_count.c.video_id.in_(sa.bindparam("video_ids", expanding=True))
)


def comment_by_id(tx: Tx, comment_id: int) -> Comment | None:
    """Return a comment, deleted or not, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(comment.c.id == comment_id), Comment)


def comment_by_client_id(tx: Tx, *, author_id: int, client_id: str) -> Comment | None:
    """Return what an author posted under this client id."""
    mine = sa.and_(comment.c.author_id == author_id, comment.c.client_id == client_id)
    return tx.one(sa.select(*_COLUMNS).where(mine), Comment)


def comments_by_author(tx: Tx, *, author_id: int) -> list[Comment]:
    """Return all visible comments of an author, oldest first."""
    mine = sa.and_(comment.c.author_id == author_id, comment.c.state == "visible")
    return tx.all(sa.select(*_COLUMNS).where(mine).order_by(comment.c.id), Comment)


def newest_comments(tx: Tx, *, video_id: int, viewer_id: int, after: Position | None, limit: int) -> list[Comment]:
    """Return top-level comments, newest first."""
    place = (comment.c.posted_at, comment.c.id)
    statement = _listed(video_id, viewer_id)
    if after is not None:
        statement = statement.where(sa.tuple_(*place) < _position(place, after))
    return tx.all(statement.order_by(*(column.desc() for column in place)).limit(limit), Comment)


def most_liked_comments(
    tx: Tx, *, video_id: int, viewer_id: int, after: LikedPosition | None, limit: int
) -> list[Comment]:
    """Return top-level comments, most liked first and among equals the newest.

    Likes move on while somebody pages: a comment that overtakes the page's end is not shown again.
    """
    place = (comment.c.likes, comment.c.posted_at, comment.c.id)
    statement = _listed(video_id, viewer_id)
    if after is not None:
        statement = statement.where(sa.tuple_(*place) < _position(place, after))
    return tx.all(statement.order_by(*(column.desc() for column in place)).limit(limit), Comment)


def replies_in_thread(tx: Tx, *, thread_id: int, viewer_id: int, after: Position | None, limit: int) -> list[Comment]:
    """Return the visible replies below a top-level comment, oldest first."""
    place = (comment.c.posted_at, comment.c.id)
    statement = sa.select(*_COLUMNS).where(
        comment.c.thread_id == thread_id,
        comment.c.state == "visible",
        comment.c.author_id.not_in(hidden_accounts(viewer_id)),
    )
    if after is not None:
        statement = statement.where(sa.tuple_(*place) > _position(place, after))
    return tx.all(statement.order_by(*place).limit(limit), Comment)


def comment_counts(tx: Tx, video_ids: Iterable[int]) -> dict[int, int]:
    """Return how many visible comments, replies included, each of `video_ids` has."""
    ids = set(video_ids)
    rows = tx.execute(_COUNTS, {"video_ids": list(ids)})
    return dict.fromkeys(ids, 0) | dict(rows.tuples().all())


def liked_comments(tx: Tx, *, person_id: int, comment_ids: Iterable[int]) -> frozenset[int]:
    """Return which of `comment_ids` a person likes."""
    mine = sa.and_(comment_like.c.account_id == person_id, comment_like.c.comment_id.in_(set(comment_ids)))
    return frozenset(tx.scalars(sa.select(comment_like.c.comment_id).where(mine)))


def likes_of_comment(tx: Tx, *, comment_id: int, person_id: int) -> CommentLikes:
    """Return a comment's likes and whether a person's is among them."""
    likes = tx.scalar(sa.select(comment.c.likes).where(comment.c.id == comment_id)) or 0
    liked = comment_id in liked_comments(tx, person_id=person_id, comment_ids=[comment_id])
    return CommentLikes(liked=liked, likes=likes)


def authors_of(tx: Tx, comment_ids: Iterable[int]) -> dict[int, int]:
    """Return who wrote each of `comment_ids` that is still visible."""
    wanted = sa.and_(comment.c.id.in_(set(comment_ids)), comment.c.state == "visible")
    return dict(tx.execute(sa.select(comment.c.id, comment.c.author_id).where(wanted)).tuples().all())


def _listed(video_id: int, viewer_id: int) -> sa.Select[tuple[object, ...]]:
    """Top-level comments that a viewer is shown; a deleted one keeps its place while replies hang on it."""
    return sa.select(*_COLUMNS).where(
        comment.c.video_id == video_id,
        comment.c.thread_id.is_(None),
        sa.or_(comment.c.state == "visible", comment.c.replies > 0),
        comment.c.author_id.not_in(hidden_accounts(viewer_id)),
    )


def _position(columns: Iterable[sa.Column[object]], values: Iterable[object]) -> sa.Tuple:
    return sa.tuple_(*(sa.literal(value, column.type) for column, value in zip(columns, values, strict=True)))
