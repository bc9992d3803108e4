"""Whose goods these are."""

from collections.abc import Iterable

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx

# Built once: making the statement anew takes longer than SQLite takes to answer it.
_OWNERS = (
    sa.select(product.c.id, shop.c.owner_id)
    .join(shop, shop.c.id == product.c.shop_id)
    .where(product.c.id.in_(sa.bindparam("product_ids", expanding=True)))
)


def owners_of_products(tx: Tx, *, product_ids: Iterable[int]) -> dict[int, int]:
    """Return by product who owns the shop that sells it."""
    wanted = sorted(set(product_ids))
    return dict(tx.execute(_OWNERS, {"product_ids": wanted}).tuples().all()) if wanted else {}
