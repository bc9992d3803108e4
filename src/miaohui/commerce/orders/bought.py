"""What somebody has bought lately."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from miaohui.commerce.orders.tables import order_line, shop_order
from miaohui.kit.db import Timestamp, Tx

# Built once: making the statement anew takes longer than SQLite takes to answer it.
_BOUGHT = (
    sa.select(order_line.c.product_id)
    .join(shop_order, shop_order.c.id == order_line.c.order_id)
    .where(
        shop_order.c.buyer_id == sa.bindparam("buyer_id"),
        shop_order.c.paid_at >= sa.bindparam("since", type_=Timestamp),
        order_line.c.product_id.in_(sa.bindparam("product_ids", expanding=True)),
        order_line.c.refunded_quantity < order_line.c.quantity,
    )
    .distinct()
)


def bought_since(tx: Tx, *, buyer_id: int, product_ids: Iterable[int], since: datetime) -> set[int]:
    """Return those of these products of which somebody has bought and kept some since then."""
    wanted = sorted(set(product_ids))
    return set(tx.scalars(_BOUGHT, buyer_id=buyer_id, since=since, product_ids=wanted)) if wanted else set()
