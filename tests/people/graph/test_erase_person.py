"""When an account is deleted, nobody's counters keep a trace of it."""

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.people.graph.actions.remark_person import remark_person
from miaohui.people.graph.handlers import erase_ties
from miaohui.people.graph.queries import GraphCounts, graph_counts, is_following
from miaohui.people.graph.tables import block, follow, graph_count, mute, remark
from tests.cast import Cast
from tests.people.graph.test_follow_person import counts_match_rows


def test_a_deleted_account_leaves_no_tie_and_no_count(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.lan)
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.lan)
    db.write_sync(block_person, blocker_id=cast.hao, blocked_id=cast.mei)
    db.write_sync(mute_person, muter_id=cast.mei, muted_id=cast.ines)
    db.write_sync(remark_person, owner_id=cast.lan, person_id=cast.mei, name="梅梅")

    for _ in range(2):  # A delivery may be repeated.
        db.write_sync(erase_ties, AccountDeleted(account_id=cast.mei))

    def mentions(tx: Tx) -> int:
        tables = (follow, block, mute, remark, graph_count)
        return sum(
            tx.scalar(
                sa.select(sa.func.count())
                .select_from(table)
                .where(sa.or_(*(column == cast.mei for column in table.c if column.name.endswith("_id"))))
            )
            for table in tables
        )

    assert db.read_sync(mentions) == 0
    assert counts_match_rows(db)
    assert db.read_sync(graph_counts, cast.bo) == GraphCounts(followers=0, following=1)
    assert db.read_sync(is_following, follower_id=cast.bo, followee_id=cast.lan)
