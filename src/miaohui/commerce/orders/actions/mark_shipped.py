"""Take note that goods have left."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from miaohui.commerce.inventory.actions.ship_stock import ship_stock
from miaohui.commerce.orders.events import OrderDelivered, OrderShipped
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import Order, OrderLine, lines_of_orders
from miaohui.commerce.orders.states import (
    RECEIVE_UNSIGNED_WITHIN,
    RECEIVE_WITHIN,
    OrderNotInState,
    move_order,
    note_moves,
)
from miaohui.commerce.orders.tables import order_line, shop_order
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound
from miaohui.kit.ids import format_id
from miaohui.kit.jobs import stage_job


class MoreThanOrdered(Conflict):
    """More would leave than is left to send of a line. Data: order_line_id, left."""

    code = "more_than_ordered"
    title = "Not that many are left to send"


def mark_shipped(
    tx: Tx, *, order_id: int, lines: Sequence[tuple[int, int]], by_id: int | None, ref: str | None = None
) -> Order:
    """Count units of an order as shipped, take them out of the stock, and move the order on.

    lines: order line and how many. ref: the parcel, `parcel:3`; without one each call is a parcel of its own.
    What was refunded meanwhile is not sent. Raises NotFound, OrderNotInState, MoreThanOrdered.
    """
    found = lock_order(tx, order_id)
    if found is None:
        raise NotFound
    if found.state not in ("paid", "part_shipped"):
        raise OrderNotInState(state=found.state)
    known = {line.id: line for line in lines_of_orders(tx, [order_id])}
    for line_id, quantity in lines:
        if line_id not in known:
            raise NotFound
        _count(tx, known[line_id], quantity)
        earlier = known[line_id].shipped
        ship_stock(tx, order_line_id=line_id, quantity=quantity, ref=ref or f"shipped:{earlier}")
    whole = all(line.left_to_send == 0 for line in lines_of_orders(tx, [order_id]))
    if whole:
        count_as_shipped(tx, found, by_id=by_id, reason="shipped")
    elif found.state == "paid":
        move_order(tx, order_id=order_id, origin="paid", target="part_shipped", reason="shipped", by_id=by_id)
    else:
        note_moves(
            tx, order_ids=[order_id], origin="part_shipped", target="part_shipped", reason="shipped", by_id=by_id
        )
    tx.emit(OrderShipped(order_id=order_id, shop_id=found.shop_id, buyer_id=found.buyer_id, whole=whole))
    again = lock_order(tx, order_id)
    if again is None:
        raise NotFound
    return again


def mark_delivered(tx: Tx, *, order_id: int, at: datetime) -> None:
    """Take note that all parcels of an order have been signed for; again changes nothing.

    From then on the buyer has ten days to say that something is wrong, or that all is well.
    """
    found = lock_order(tx, order_id)
    if found is None:
        raise NotFound
    if found.state not in ("part_shipped", "shipped") or found.delivered_at is not None:
        return
    receive_by = max(at, found.shipped_at or at) + RECEIVE_WITHIN
    here = sa.and_(shop_order.c.id == order_id, shop_order.c.delivered_at.is_(None))
    tx.execute(sa.update(shop_order).where(here).values(delivered_at=at, receive_by=receive_by))
    note_moves(tx, order_ids=[order_id], origin=found.state, target=found.state, reason="delivered", by_id=None)
    stage_receipt(tx, order_id=order_id, run_at=receive_by)
    tx.emit(OrderDelivered(order_id=order_id, shop_id=found.shop_id, buyer_id=found.buyer_id, at=at))


def stage_receipt(tx: Tx, *, order_id: int, run_at: datetime) -> None:
    """Let the order complete itself at that moment, if by then nothing has moved it later."""
    stage_job(
        tx, "orders.receive_silently", unique_key=f"receive:{order_id}:{run_at:%s}", run_at=run_at, order_id=order_id
    )


def _count(tx: Tx, line: OrderLine, quantity: int) -> None:
    if quantity <= 0:
        raise ValueError("a parcel holds at least one unit")
    enough = order_line.c.shipped + quantity + order_line.c.cancelled <= order_line.c.quantity
    here = sa.and_(order_line.c.id == line.id, enough)
    if not tx.changed(sa.update(order_line).where(here).values(shipped=order_line.c.shipped + quantity)):
        raise MoreThanOrdered(order_line_id=format_id(line.id), left=line.left_to_send)


def count_as_shipped(tx: Tx, order: Order, *, by_id: int | None, reason: str) -> None:
    """Move an order to shipped: nothing of it is left to send."""
    receive_by = tx.now + RECEIVE_UNSIGNED_WITHIN
    values: dict[str, datetime] = {"shipped_at": tx.now, "receive_by": receive_by}
    move_order(tx, order_id=order.id, origin=order.state, target="shipped", reason=reason, by_id=by_id, **values)
    stage_receipt(tx, order_id=order.id, run_at=receive_by)
