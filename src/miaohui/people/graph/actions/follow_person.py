"""Follow somebody."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.people.graph.access import access_profile
from miaohui.people.graph.events import PersonFollowed
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.queries import Relationship, has_blocked, relationship
from miaohui.people.graph.tables import follow, graph_count


class CannotFollowOneself(Refusal):
    """Follower and followee are the same person."""

    code = "cannot_follow_oneself"
    status = 409
    title = "You cannot follow yourself"


class PersonIsBlocked(Refusal):
    """The follower has blocked the other and would have to take that back first."""

    code = "person_is_blocked"
    status = 409
    title = "You have blocked this person; take the block back first"


def follow_person(tx: Tx, *, follower_id: int, followee_id: int, at: datetime | None = None) -> Relationship:
    """Let one person follow another; following twice is following once.

    at: when it happened; the moment of the transaction unless given.
    Raises CannotFollowOneself, PersonIsBlocked, and NotFound if there is no such person or they
    blocked the follower.
    """
    if follower_id == followee_id:
        raise CannotFollowOneself
    access_profile(tx, person_id=followee_id, viewer_id=follower_id)
    lock_people(tx, (follower_id, followee_id))
    # Asked again under the lock: a block may have come between.
    access_profile(tx, person_id=followee_id, viewer_id=follower_id)
    if has_blocked(tx, blocker_id=follower_id, blocked_id=followee_id):
        raise PersonIsBlocked
    followed_at = at or tx.now
    row = {"follower_id": follower_id, "followee_id": followee_id, "followed_at": followed_at}
    if insert_if_absent(tx, follow, row):
        _count(tx, follower_id=follower_id, followee_id=followee_id)
        tx.emit(PersonFollowed(follower_id=follower_id, followee_id=followee_id, at=followed_at))
    return relationship(tx, viewer_id=follower_id, person_id=followee_id)


def _count(tx: Tx, *, follower_id: int, followee_id: int) -> None:
    count = graph_count.c
    tx.execute(sa.update(graph_count).where(count.account_id == follower_id).values(following=count.following + 1))
    tx.execute(sa.update(graph_count).where(count.account_id == followee_id).values(followers=count.followers + 1))
