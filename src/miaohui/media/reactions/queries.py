"""Reads of the reactions."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.media.reactions.tables import reaction_count, video_favourite, video_like
from miaohui.people.graph.queries import hidden_accounts


class ReactionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many people did what to a video."""

    likes: int = 0
    favourites: int = 0
    shares: int = 0


class OwnReactions(msgspec.Struct, frozen=True, kw_only=True):
    """What one person did to a video."""

    liked: bool = False
    favourited: bool = False


class VideoReactions(msgspec.Struct, frozen=True, kw_only=True):
    """A video's counters, and what the asking person did to it."""

    liked: bool
    favourited: bool
    counts: ReactionCounts


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in a list of one's likes or favourites."""

    video_id: int
    reacted_at: datetime


# Built once: making a statement anew takes longer than SQLite takes to answer it, and feeds ask at every page.
_AMONG: sa.BindParameter[int] = sa.bindparam("video_ids", expanding=True)
_COUNTS = sa.select(
    reaction_count.c.video_id, reaction_count.c.likes, reaction_count.c.favourites, reaction_count.c.shares
).where(reaction_count.c.video_id.in_(_AMONG))
_OWN = {
    table: sa.select(table.c.video_id).where(
        table.c.account_id == sa.bindparam("person_id"), table.c.video_id.in_(_AMONG)
    )
    for table in (video_like, video_favourite)
}


def reaction_counts(tx: Tx, video_ids: Iterable[int]) -> dict[int, ReactionCounts]:
    """Return the counters of each of `video_ids`; all of them are in the answer."""
    ids = set(video_ids)
    counts = {
        video_id: ReactionCounts(likes=likes, favourites=favourites, shares=shares)
        for video_id, likes, favourites, shares in tx.execute(_COUNTS, {"video_ids": list(ids)}).tuples()
    }
    return {video_id: counts.get(video_id, ReactionCounts()) for video_id in ids}


def own_reactions(tx: Tx, *, person_id: int, video_ids: Iterable[int]) -> dict[int, OwnReactions]:
    """Return what a person did to each of `video_ids`; all of them are in the answer."""
    ids = set(video_ids)

    def among(table: sa.Table) -> set[int]:
        return set(tx.execute(_OWN[table], {"person_id": person_id, "video_ids": list(ids)}).scalars())

    liked, favourited = among(video_like), among(video_favourite)
    return {video_id: OwnReactions(liked=video_id in liked, favourited=video_id in favourited) for video_id in ids}


def reactions_to(tx: Tx, *, video_id: int, person_id: int) -> VideoReactions:
    """Return a video's counters and what a person did to it."""
    own = own_reactions(tx, person_id=person_id, video_ids=[video_id])[video_id]
    counts = reaction_counts(tx, [video_id])[video_id]
    return VideoReactions(liked=own.liked, favourited=own.favourited, counts=counts)


def likes_received(tx: Tx, author_id: int) -> int:
    """Return how many likes all videos of an author have together."""
    return int(
        tx.scalar(sa.select(sa.func.sum(reaction_count.c.likes)).where(reaction_count.c.author_id == author_id)) or 0
    )


def likes_of(tx: Tx, *, person_id: int, after: Position | None, limit: int) -> list[Reaction]:
    """Return what a person likes, newest like first, without the videos of people they must not meet."""
    return _reactions(tx, video_like, person_id=person_id, after=after, limit=limit)


def favourites_of(tx: Tx, *, person_id: int, after: Position | None, limit: int) -> list[Reaction]:
    """Return a person's favourites, newest first, without the videos of people they must not meet."""
    return _reactions(tx, video_favourite, person_id=person_id, after=after, limit=limit)


def _reactions(tx: Tx, table: sa.Table, *, person_id: int, after: Position | None, limit: int) -> list[Reaction]:
    place = (table.c.reacted_at, table.c.video_id)
    statement = (
        sa.select(table.c.video_id, table.c.reacted_at)
        .join(reaction_count, reaction_count.c.video_id == table.c.video_id)
        .where(table.c.account_id == person_id, reaction_count.c.author_id.not_in(hidden_accounts(person_id)))
    )
    if after is not None:
        at, video_id = after
        statement = statement.where(
            sa.tuple_(*place) < sa.tuple_(sa.literal(at, table.c.reacted_at.type), sa.literal(video_id))
        )
    return tx.all(statement.order_by(*(column.desc() for column in place)).limit(limit), Reaction)
