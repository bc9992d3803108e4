"""Which goods nobody can have for now."""

from collections.abc import Iterable

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import variant
from miaohui.commerce.inventory.tables import stock_pool
from miaohui.kit.db import Tx

# Built once: making the statement anew takes longer than SQLite takes to answer it.
_IN_STOCK = (
    sa.select(variant.c.product_id)
    .join(stock_pool, stock_pool.c.variant_id == variant.c.id)
    .where(
        variant.c.product_id.in_(sa.bindparam("product_ids", expanding=True)),
        variant.c.state == "active",
        stock_pool.c.on_hand > stock_pool.c.reserved,
    )
    .distinct()
)


def sold_out(tx: Tx, *, product_ids: Iterable[int]) -> set[int]:
    """Return those of these products of which no variant has a free unit in any pool."""
    wanted = sorted(set(product_ids))
    return set(wanted) - set(tx.scalars(_IN_STOCK, product_ids=wanted)) if wanted else set()
