"""Follow somebody no more."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.graph.access import access_account
from miaohui.people.graph.events import PersonUnfollowed
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.queries import Relationship, relationship
from miaohui.people.graph.tables import follow, graph_count


def unfollow_person(tx: Tx, *, follower_id: int, followee_id: int, at: datetime | None = None) -> Relationship:
    """End a follow; without one, nothing happens. Raises NotFound if there is no such person."""
    access_account(tx, followee_id)
    lock_people(tx, (follower_id, followee_id))
    remove_follow(tx, follower_id=follower_id, followee_id=followee_id, at=at or tx.now)
    return relationship(tx, viewer_id=follower_id, person_id=followee_id)


def remove_follow(tx: Tx, *, follower_id: int, followee_id: int, at: datetime) -> None:
    """Delete a follow if there is one, and count it off. Expects both people to be locked."""
    this = sa.and_(follow.c.follower_id == follower_id, follow.c.followee_id == followee_id)
    if tx.changed(sa.delete(follow).where(this)) == 0:
        return
    count = graph_count.c
    tx.execute(sa.update(graph_count).where(count.account_id == follower_id).values(following=count.following - 1))
    tx.execute(sa.update(graph_count).where(count.account_id == followee_id).values(followers=count.followers - 1))
    tx.emit(PersonUnfollowed(follower_id=follower_id, followee_id=followee_id, at=at))
