"""The JSON API of the graph: translate, make one domain call, translate back."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import delete, get, put
from litestar.params import Parameter

from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.paging import Position
from miaohui.kit.rate_limits import RateLimits
from miaohui.people.graph import queries
from miaohui.people.graph.access import access_person
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.people.graph.actions.remark_person import clear_remark, remark_person
from miaohui.people.graph.actions.unblock_person import unblock_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.people.graph.actions.unmute_person import unmute_person
from miaohui.people.graph.answers import MatchingPeople, People, read_matching, read_people
from miaohui.people.graph.queries import Relationship, Tie

Limit = Annotated[int, Parameter(ge=1, le=50, description="people at most")]
Cursor = Annotated[str | None, Parameter(max_length=100, description="from the page before")]
_TAG = ["people"]
_CHANGES_A_MINUTE = 60
"""Follows, blocks, mutes and remark names together; nobody means more of them than one a second."""
SEARCHES_A_MINUTE = 40
"""Enough for who searches while typing, too few to list a town."""


class RemarkName(msgspec.Struct, frozen=True, kw_only=True):
    """A name of one's own for somebody, seen by nobody else."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


@get("/api/v1/people", tags=_TAG)
async def search(
    *,
    q: Annotated[str, Parameter(min_length=1, max_length=48, description="part of a name, or a handle")],
    member: Member,
    db: Database,
    limiter: RateLimits,
    limit: Limit = 20,
) -> MatchingPeople:
    """Search people by name, handle, or the name one keeps for them; a whole handle comes first."""
    limiter.check("people.search", member.account_id, SEARCHES_A_MINUTE, 60)
    return await db.read(read_matching, viewer_id=member.account_id, text=q, limit=limit)


@put("/api/v1/people/{person_id:str}/follow", tags=_TAG)
async def follow(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Follow somebody. Two who follow each other are friends."""
    _count(limiter, member)
    return await db.write(follow_person, follower_id=member.account_id, followee_id=parse_id(person_id))


@delete("/api/v1/people/{person_id:str}/follow", status_code=200, tags=_TAG)
async def unfollow(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Follow somebody no more."""
    _count(limiter, member)
    return await db.write(unfollow_person, follower_id=member.account_id, followee_id=parse_id(person_id))


@put("/api/v1/people/{person_id:str}/block", tags=_TAG)
async def block(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Block somebody: neither meets the other any more, and what follows there were between them end."""
    _count(limiter, member)
    return await db.write(block_person, blocker_id=member.account_id, blocked_id=parse_id(person_id))


@delete("/api/v1/people/{person_id:str}/block", status_code=200, tags=_TAG)
async def unblock(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Take a block back. The follows that it ended do not return."""
    _count(limiter, member)
    return await db.write(unblock_person, blocker_id=member.account_id, blocked_id=parse_id(person_id))


@put("/api/v1/people/{person_id:str}/mute", tags=_TAG)
async def mute(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Keep what somebody publishes out of one's feeds, without their knowing."""
    _count(limiter, member)
    return await db.write(mute_person, muter_id=member.account_id, muted_id=parse_id(person_id))


@delete("/api/v1/people/{person_id:str}/mute", status_code=200, tags=_TAG)
async def unmute(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Take a mute back."""
    _count(limiter, member)
    return await db.write(unmute_person, muter_id=member.account_id, muted_id=parse_id(person_id))


@put("/api/v1/people/{person_id:str}/remark", tags=_TAG)
async def remark(*, person_id: Id, data: RemarkName, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Keep a name of one's own for somebody."""
    _count(limiter, member)
    return await db.write(remark_person, owner_id=member.account_id, person_id=parse_id(person_id), name=data.name)


@delete("/api/v1/people/{person_id:str}/remark", status_code=200, tags=_TAG)
async def unremark(*, person_id: Id, member: Member, db: Database, limiter: RateLimits) -> Relationship:
    """Forget the name of one's own for somebody."""
    _count(limiter, member)
    return await db.write(clear_remark, owner_id=member.account_id, person_id=parse_id(person_id))


@get("/api/v1/people/{person_id:str}/followers", tags=_TAG)
async def followers(*, person_id: Id, viewer: Viewer, db: Database, limit: Limit = 20, cursor: Cursor = None) -> People:
    """List who follows a person, newest first."""
    read = partial(_ties_of, queries.followers_of, person_id=parse_id(person_id), viewer_id=viewer.person_id)
    return await _page(db, viewer, read, limit=limit, cursor=cursor)


@get("/api/v1/people/{person_id:str}/following", tags=_TAG)
async def following(*, person_id: Id, viewer: Viewer, db: Database, limit: Limit = 20, cursor: Cursor = None) -> People:
    """List whom a person follows, newest first."""
    read = partial(_ties_of, queries.following_of, person_id=parse_id(person_id), viewer_id=viewer.person_id)
    return await _page(db, viewer, read, limit=limit, cursor=cursor)


@get("/api/v1/me/friends", tags=_TAG)
async def friends(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> People:
    """List one's friends: who follows one and is followed back."""
    return await _page(db, member, partial(_own_ties, queries.friends_of, member), limit=limit, cursor=cursor)


@get("/api/v1/me/blocks", tags=_TAG)
async def blocks(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> People:
    """List whom one has blocked, newest first."""
    return await _page(db, member, partial(_own_ties, queries.blocked_by, member), limit=limit, cursor=cursor)


@get("/api/v1/me/mutes", tags=_TAG)
async def mutes(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> People:
    """List whom one has muted, newest first."""
    return await _page(db, member, partial(_own_ties, queries.muted_people, member), limit=limit, cursor=cursor)


def _count(limiter: RateLimits, member: Member) -> None:
    limiter.check("people.ties", member.account_id, _CHANGES_A_MINUTE, 60)


def _ties_of(
    query: Callable[..., list[Tie]], tx: Tx, after: Position | None, limit: int, *, person_id: int, viewer_id: int
) -> list[Tie]:
    access_person(tx, person_id=person_id, viewer_id=viewer_id)
    return query(tx, person_id=person_id, viewer_id=viewer_id, after=after, limit=limit)


def _own_ties(query: Callable[..., list[Tie]], member: Member, tx: Tx, after: Position | None, limit: int) -> list[Tie]:
    return query(tx, person_id=member.account_id, after=after, limit=limit)


async def _page(
    db: Database,
    viewer: Viewer | Member,
    ties: Callable[[Tx, Position | None, int], list[Tie]],
    *,
    limit: int,
    cursor: str | None,
) -> People:
    return await db.read(
        read_people,
        ties=ties,
        viewer_id=viewer.person_id,
        account_id=viewer.account_id,
        cursor=cursor,
        limit=limit,
    )


route_handlers: Sequence[Any] = (
    search,
    follow,
    unfollow,
    block,
    unblock,
    mute,
    unmute,
    remark,
    unremark,
    followers,
    following,
    friends,
    blocks,
    mutes,
)
