"""Count what has been sold of a product."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product
from miaohui.kit.db import Prepared, Tx


def count_sold(tx: Tx, *, product_id: int, quantity: int) -> None:
    """Add to what the product shows as sold, or take away what was refunded; never below nothing."""
    tx.changed(_COUNT, product_id=product_id, quantity=quantity)


_sold = product.c.sold + sa.bindparam("quantity")
_COUNT = Prepared(
    sa.update(product)
    .where(product.c.id == sa.bindparam("product_id"))
    .values(sold=sa.case((_sold < 0, 0), else_=_sold))
)
