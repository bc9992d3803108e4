"""The states of trades and orders, and the one place that moves an order.

A trade is one checkout and one payment; an order is what one shop has of it. `completed` never goes back:
what happens afterwards lives beside the order, as a case of the after-sales.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa

from miaohui.commerce.orders.tables import order_move, shop_order
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id

TradeState = Literal["created", "paid", "closed"]
OrderState = Literal["created", "paid", "part_shipped", "shipped", "completed", "closed"]
CloseReason = Literal["unpaid", "cancelled", "refunded"]

MOVES: dict[OrderState, frozenset[OrderState]] = {
    "created": frozenset({"paid", "closed"}),
    "paid": frozenset({"part_shipped", "shipped", "closed"}),
    "part_shipped": frozenset({"shipped"}),
    "shipped": frozenset({"completed"}),
    "completed": frozenset(),
    "closed": frozenset(),
}

PAY_WITHIN = timedelta(minutes=30)
SHIP_WITHIN = timedelta(hours=48)
RECEIVE_WITHIN = timedelta(days=10)
"""After the parcel was signed for."""
RECEIVE_UNSIGNED_WITHIN = timedelta(days=30)
"""After shipping, where no carrier ever says that somebody has signed; a lost parcel is claimed long before."""
EXTENDED_BY = timedelta(days=5)
AFTER_SALES_FOR = timedelta(days=7)
"""After completion; then the shop gets its money, unless a case is open."""

WECHAT_CODES: dict[OrderState, int] = {
    "created": 10,
    "paid": 20,
    "part_shipped": 21,
    "shipped": 30,
    "completed": 100,
    "closed": 250,
}
CLOSED_BY_REFUND = 200
"""WeChat Shop's code of an order that was closed after it had been paid."""


class OrderNotInState(Refusal):
    """The order is not in the state that the act needs. Data: state."""

    code = "order_not_in_state"
    status = 409
    title = "The order is not in a state in which this can be done"


def wechat_code(state: OrderState, close_reason: str | None) -> int:
    """Return WeChat Shop's number for a state."""
    return CLOSED_BY_REFUND if state == "closed" and close_reason == "refunded" else WECHAT_CODES[state]


def move_order(
    tx: Tx, *, order_id: int, origin: OrderState, target: OrderState, reason: str, by_id: int | None, **values: Any
) -> None:
    """Move an order on together with `values` of its row, and keep who, when and why.

    Raises OrderNotInState, with nothing changed, if it is not in `origin` (any more).
    """
    if target not in MOVES[origin]:
        raise ValueError(f"an order does not go from {origin} to {target}")
    here = sa.and_(shop_order.c.id == order_id, shop_order.c.state == origin)
    if not tx.changed(sa.update(shop_order).where(here).values(state=target, **values)):
        raise OrderNotInState(state=tx.scalar(sa.select(shop_order.c.state).where(shop_order.c.id == order_id)))
    note_moves(tx, order_ids=[order_id], origin=origin, target=target, reason=reason, by_id=by_id)


def note_moves(
    tx: Tx,
    *,
    order_ids: Sequence[int],
    origin: OrderState | None,
    target: OrderState,
    reason: str,
    by_id: int | None,
) -> None:
    """Keep a row for each of these orders of what happened to it; also where its state stays."""
    same = {"from_state": origin, "to_state": target, "reason": reason, "by_id": by_id, "at": tx.now}
    tx.insert(order_move, [{"id": new_id(), "order_id": order_id, **same} for order_id in order_ids])
