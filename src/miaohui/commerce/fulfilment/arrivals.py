"""When all of an order has arrived."""

import sqlalchemy as sa

from miaohui.commerce.fulfilment.tables import parcel
from miaohui.commerce.orders.actions.mark_shipped import mark_delivered
from miaohui.commerce.orders.locks import lock_order
from miaohui.kit.db import Tx


def tell_order_of_arrival(tx: Tx, *, order_id: int) -> None:
    """Mark an order as delivered if nothing of it is left to send and every parcel of it is signed for."""
    # Held first: of two parcels that are signed for at once, the later one must see the earlier.
    order = lock_order(tx, order_id)
    if order is None or order.state != "shipped" or order.delivered_at is not None:
        return
    own = sa.and_(parcel.c.order_id == order_id, parcel.c.direction == "out", parcel.c.case_id.is_(None))
    signatures = tx.scalars(sa.select(parcel.c.signed_at).where(own))
    if signatures and None not in signatures:
        mark_delivered(tx, order_id=order_id, at=min(max(signatures), tx.now))
