"""What the graph locks, and in which order.

Every change between two people first locks both their `graph_count` rows, the lower id first. So a
follow and a block of the same two people never pass each other, two that follow each other at once do
not deadlock, and the counters need no lock of their own. SQLite has one writer and needs none of it.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.people.graph.tables import graph_count


def lock_people(tx: Tx, account_ids: Iterable[int]) -> None:
    """Hold the counters of these accounts, which must exist, until the transaction ends."""
    ordered = sorted(set(account_ids))
    for account_id in ordered:
        insert_if_absent(tx, graph_count, {"account_id": account_id, "followers": 0, "following": 0})
    tx.execute(
        sa.select(graph_count.c.account_id)
        .where(graph_count.c.account_id.in_(ordered))
        .order_by(graph_count.c.account_id)
        .with_for_update()
    )
