"""What the stock locks, and in which order.

1. the holds of order lines, by pool and line; whether an act on them has been done is asked below this lock
2. the pools, by id: the order in which two carts with the same goods meet

Only one condition in one UPDATE decides who gets what is left (`pools.HAS_ROOM`); the order keeps two
carts from waiting for each other. A failed conditional UPDATE may leave its row locked on PostgreSQL,
so whoever wants to try other pools goes back to a savepoint first, and then takes all of them in order.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from miaohui.commerce.inventory.holds import COLUMNS as HOLD_COLUMNS
from miaohui.commerce.inventory.holds import Hold
from miaohui.commerce.inventory.pools import LOCK_OF_VARIANTS, Pool, PoolKey
from miaohui.commerce.inventory.tables import stock_hold
from miaohui.kit.db import Prepared, Tx


def lock_holds(tx: Tx, order_line_ids: Iterable[int]) -> list[Hold]:
    """Hold what is held for these lines, and return it by pool and line."""
    return tx.all(_LOCK_HOLDS, Hold, order_line_ids=sorted(set(order_line_ids)))


def lock_pools(tx: Tx, *, keys: Sequence[PoolKey]) -> list[Pool]:
    """Hold all slots of these pools, and return them by id as they stand now."""
    wanted = set(keys)
    variants = sorted({variant_id for variant_id, _, _ in wanted})
    # All pools of these variants: seldom more than one, and the order of locking stays one order.
    return [pool for pool in tx.all(LOCK_OF_VARIANTS, Pool, variant_ids=variants) if pool.key in wanted]


_LOCK_HOLDS = Prepared(
    sa.select(*HOLD_COLUMNS)
    .where(stock_hold.c.order_line_id.in_(sa.bindparam("order_line_ids", expanding=True)))
    .order_by(stock_hold.c.pool_id, stock_hold.c.order_line_id)
    .with_for_update()
)
