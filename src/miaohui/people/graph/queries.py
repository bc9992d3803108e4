"""Reads of the graph. Whoever shows people to people asks here who is hidden from whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.people.graph.tables import block, follow, graph_count, mute, remark


class Relationship(msgspec.Struct, frozen=True, kw_only=True):
    """How two people stand, as the first of them may know it: never whether the other blocked them."""

    following: bool = False
    followed_by: bool = False
    friends: bool = False
    """Both follow each other."""
    blocked: bool = False
    """The first blocked the other."""
    muted: bool = False
    remark: str | None = None
    """The name that the first keeps for the other."""


class GraphCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many follow a person, and how many the person follows."""

    followers: int = 0
    following: int = 0


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in a list of people: who, and since when."""

    account_id: int
    since: datetime


_PERSON = sa.bindparam("person_id", type_=sa.BigInteger)
# Built once: making the statement anew takes longer than SQLite takes to answer it.
_CIRCLE = sa.union_all(
    sa.select(sa.literal_column("'following'"), follow.c.followee_id).where(follow.c.follower_id == _PERSON),
    sa.select(sa.literal_column("'hidden'"), block.c.blocked_id).where(block.c.blocker_id == _PERSON),
    sa.select(sa.literal_column("'hidden'"), block.c.blocker_id).where(block.c.blocked_id == _PERSON),
    sa.select(sa.literal_column("'muted'"), mute.c.muted_id).where(mute.c.muter_id == _PERSON),
)


def blocked_either_way(tx: Tx, one_id: int, other_id: int) -> bool:
    """Return whether either of the two blocked the other."""
    pair = sa.or_(
        sa.and_(block.c.blocker_id == one_id, block.c.blocked_id == other_id),
        sa.and_(block.c.blocker_id == other_id, block.c.blocked_id == one_id),
    )
    return bool(tx.scalar(sa.select(sa.exists().where(pair))))


def has_blocked(tx: Tx, *, blocker_id: int, blocked_id: int) -> bool:
    """Return whether the first blocked the second."""
    return bool(
        tx.scalar(sa.select(sa.exists().where(block.c.blocker_id == blocker_id, block.c.blocked_id == blocked_id)))
    )


def hidden_from(tx: Tx, person_id: int) -> frozenset[int]:
    """Return the accounts that a person must not meet: blocked by them, or having blocked them."""
    return frozenset(tx.scalars(hidden_accounts(person_id)))


def hidden_accounts(person_id: int) -> sa.CompoundSelect[Any]:
    """Return `hidden_from` as a subquery, for `author_id.not_in(hidden_accounts(viewer_id))`."""
    return sa.union_all(
        sa.select(block.c.blocked_id.label("account_id")).where(block.c.blocker_id == person_id),
        sa.select(block.c.blocker_id).where(block.c.blocked_id == person_id),
    )


def muted_by(tx: Tx, person_id: int) -> frozenset[int]:
    """Return the accounts whose publications a person does not want to be shown."""
    return frozenset(tx.scalars(sa.select(mute.c.muted_id).where(mute.c.muter_id == person_id)))


def is_following(tx: Tx, *, follower_id: int, followee_id: int) -> bool:
    """Return whether the first follows the second."""
    return bool(
        tx.scalar(
            sa.select(sa.exists().where(follow.c.follower_id == follower_id, follow.c.followee_id == followee_id))
        )
    )


def are_friends(tx: Tx, one_id: int, other_id: int) -> bool:
    """Return whether the two follow each other."""
    return is_following(tx, follower_id=one_id, followee_id=other_id) and is_following(
        tx, follower_id=other_id, followee_id=one_id
    )


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a person follows, must not meet (blocked by them, or having blocked them), and does not want to hear."""

    following: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    muted: frozenset[int] = frozenset()


def circle_of(tx: Tx, person_id: int) -> Circle:
    """Return `followed_by_person`, `hidden_from` and `muted_by` in one query; for feeds, which ask at every page."""
    found: dict[str, list[int]] = {"following": [], "hidden": [], "muted": []}
    for what, account_id in tx.execute(_CIRCLE, {"person_id": person_id}).tuples():
        found[what].append(account_id)
    return Circle(**{what: frozenset(ids) for what, ids in found.items()})


def followed_by_person(tx: Tx, person_id: int) -> frozenset[int]:
    """Return all accounts that a person follows."""
    return frozenset(tx.scalars(sa.select(follow.c.followee_id).where(follow.c.follower_id == person_id)))


def relationship(tx: Tx, *, viewer_id: int, person_id: int) -> Relationship:
    """Return how `viewer_id` stands to `person_id`."""
    return relationships(tx, viewer_id=viewer_id, person_ids=[person_id])[person_id]


def relationships(tx: Tx, *, viewer_id: int, person_ids: Iterable[int]) -> dict[int, Relationship]:
    """Return how `viewer_id` stands to each of `person_ids`; all of them are in the answer."""
    ids = set(person_ids)

    def among(wanted: sa.ColumnElement[int], owner: sa.ColumnElement[int]) -> set[int]:
        return set(tx.scalars(sa.select(wanted).where(owner == viewer_id, wanted.in_(ids))))

    following = among(follow.c.followee_id, follow.c.follower_id)
    followers = among(follow.c.follower_id, follow.c.followee_id)
    blocked = among(block.c.blocked_id, block.c.blocker_id)
    muted = among(mute.c.muted_id, mute.c.muter_id)
    names = dict(
        tx.execute(
            sa.select(remark.c.person_id, remark.c.name).where(
                remark.c.owner_id == viewer_id, remark.c.person_id.in_(ids)
            )
        )
        .tuples()
        .all()
    )
    return {
        person_id: Relationship(
            following=person_id in following,
            followed_by=person_id in followers,
            friends=person_id in following and person_id in followers,
            blocked=person_id in blocked,
            muted=person_id in muted,
            remark=names.get(person_id),
        )
        for person_id in ids
    }


def graph_counts(tx: Tx, person_id: int) -> GraphCounts:
    """Return a person's two counters."""
    counts = sa.select(graph_count.c.followers, graph_count.c.following).where(graph_count.c.account_id == person_id)
    return tx.one(counts, GraphCounts) or GraphCounts()


def followers_of(tx: Tx, *, person_id: int, viewer_id: int, after: Position | None, limit: int) -> list[Tie]:
    """Return who follows a person, newest first, without those whom the viewer must not meet."""
    mine = follow.c.followee_id == person_id
    return _ties(tx, follow.c.follower_id, follow.c.followed_at, mine, viewer_id=viewer_id, after=after, limit=limit)


def following_of(tx: Tx, *, person_id: int, viewer_id: int, after: Position | None, limit: int) -> list[Tie]:
    """Return whom a person follows, newest first, without those whom the viewer must not meet."""
    mine = follow.c.follower_id == person_id
    return _ties(tx, follow.c.followee_id, follow.c.followed_at, mine, viewer_id=viewer_id, after=after, limit=limit)


def friends_of(tx: Tx, *, person_id: int, after: Position | None, limit: int) -> list[Tie]:
    """Return who follows a person and is followed back, by when the person began to follow them."""
    back = follow.alias()
    mutual = sa.and_(
        follow.c.follower_id == person_id,
        sa.exists().where(back.c.follower_id == follow.c.followee_id, back.c.followee_id == person_id),
    )
    return _ties(tx, follow.c.followee_id, follow.c.followed_at, mutual, viewer_id=person_id, after=after, limit=limit)


def blocked_by(tx: Tx, *, person_id: int, after: Position | None, limit: int) -> list[Tie]:
    """Return whom a person blocked, newest first."""
    mine = block.c.blocker_id == person_id
    return _ties(tx, block.c.blocked_id, block.c.blocked_at, mine, viewer_id=None, after=after, limit=limit)


def muted_people(tx: Tx, *, person_id: int, after: Position | None, limit: int) -> list[Tie]:
    """Return whom a person muted, newest first."""
    mine = mute.c.muter_id == person_id
    return _ties(tx, mute.c.muted_id, mute.c.muted_at, mine, viewer_id=None, after=after, limit=limit)


def _ties(
    tx: Tx,
    who: sa.Column[int],
    since: sa.Column[datetime],
    where: sa.ColumnElement[bool],
    *,
    viewer_id: int | None,
    after: Position | None,
    limit: int,
) -> list[Tie]:
    statement = sa.select(who.label("account_id"), since.label("since")).where(where)
    if viewer_id is not None:
        statement = statement.where(who.not_in(hidden_accounts(viewer_id)))
    if after is not None:
        moment, account_id = after
        position = sa.tuple_(sa.literal(moment, since.type), sa.literal(account_id, who.type))
        statement = statement.where(sa.tuple_(since, who) < position)
    return tx.all(statement.order_by(since.desc(), who.desc()).limit(limit), Tie)
