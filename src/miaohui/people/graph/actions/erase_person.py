"""Erase what the graph holds of a deleted account."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.tables import block, follow, graph_count, mute, name_piece, remark


def erase_person(tx: Tx, *, account_id: int) -> None:
    """Delete every tie to and from a deleted account, and count it off on the other side.

    Doing it again finds nothing left to do.
    """
    # Nobody can begin to follow a deleted account any more once this one row is held. The rows of the
    # others are locked as the counters change; should that meet a follow head-on, one of them is retried.
    lock_people(tx, [account_id])
    _count_off(tx, account_id)
    for table, columns in _TIES:
        tx.execute(sa.delete(table).where(sa.or_(*(table.c[column] == account_id for column in columns))))
    tx.execute(sa.delete(graph_count).where(graph_count.c.account_id == account_id))
    tx.execute(sa.delete(name_piece).where(name_piece.c.account_id == account_id))


_TIES = (
    (follow, ("follower_id", "followee_id")),
    (block, ("blocker_id", "blocked_id")),
    (mute, ("muter_id", "muted_id")),
    (remark, ("owner_id", "person_id")),
)


def _count_off(tx: Tx, account_id: int) -> None:
    lost_a_follower = sa.select(follow.c.followee_id).where(follow.c.follower_id == account_id)
    lost_a_followee = sa.select(follow.c.follower_id).where(follow.c.followee_id == account_id)
    count = graph_count.c
    tx.execute(
        sa.update(graph_count).where(count.account_id.in_(lost_a_follower)).values(followers=count.followers - 1)
    )
    tx.execute(
        sa.update(graph_count).where(count.account_id.in_(lost_a_followee)).values(following=count.following - 1)
    )
