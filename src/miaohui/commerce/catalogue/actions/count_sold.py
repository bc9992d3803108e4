"""Count what has been sold of a product."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product
from miaohui.kit.db import Tx


def count_sold(tx: Tx, *, product_id: int, quantity: int) -> None:
    """Add to what the product shows as sold, or take away what was refunded; never below nothing."""
    fuller = sa.case((product.c.sold + quantity < 0, 0), else_=product.c.sold + quantity)
    tx.execute(sa.update(product).where(product.c.id == product_id).values(sold=fuller))
