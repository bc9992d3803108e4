"""What compensation locks, and in which order.

1. a shop's advances, in the order of their ids
2. the ledger's accounts, in the ledger's own order

A refund that ends in an advance holds the accounts already; it only adds a row, which nobody waits for.
"""

import sqlalchemy as sa

from miaohui.care.compensation.queries import Advance, advance_columns
from miaohui.care.compensation.states import OWED
from miaohui.care.compensation.tables import advance
from miaohui.kit.db import Tx


def lock_owed(tx: Tx, *, shop_id: int, currency: str) -> list[Advance]:
    """Hold what a shop still owes, oldest first."""
    mine = sa.and_(advance.c.shop_id == shop_id, advance.c.currency == currency, advance.c.state.in_(OWED))
    held = sa.select(*advance_columns()).where(mine).order_by(advance.c.id).with_for_update()
    return tx.all(held, Advance)


def lock_advance(tx: Tx, advance_id: int) -> Advance | None:
    """Hold one advance and return it as it stands."""
    return tx.one(sa.select(*advance_columns()).where(advance.c.id == advance_id).with_for_update(), Advance)
