"""Take note that the buyer has what was ordered."""

from datetime import datetime

from miaohui.commerce.orders.access import access_order
from miaohui.commerce.orders.events import OrderCompleted
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import Order
from miaohui.commerce.orders.states import AFTER_SALES_FOR, OrderNotInState, move_order
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.money.settlement.actions.release_lines import release_lines


def confirm_receipt(tx: Tx, *, order_id: int, buyer_id: int) -> Order:
    """Complete an order on its buyer's word; confirming twice is confirming once.

    Raises NotFound, and OrderNotInState while something is still to be sent.
    """
    found = access_order(tx, order_id=order_id, person_id=buyer_id)
    if found.state == "completed":
        return found
    return complete_order(tx, order_id=order_id, reason="received", by_id=buyer_id)


def receive_silently(tx: Tx, *, order_id: int) -> bool:
    """Complete an order whose time to say something is over; return whether it was.

    Before that time, which may have moved since, and in any other state, nothing happens.
    """
    found = lock_order(tx, order_id)
    if found is None or found.state != "shipped" or found.receive_by is None or found.receive_by > tx.now:
        return False
    complete_order(tx, order_id=order_id, reason="received silently", by_id=None)
    return True


def complete_order(tx: Tx, *, order_id: int, reason: str, by_id: int | None) -> Order:
    """Complete a shipped order: seven days later the shop is paid, unless a case is open then.

    Raises NotFound, OrderNotInState.
    """
    found = lock_order(tx, order_id)
    if found is None:
        raise NotFound
    if found.state != "shipped":
        raise OrderNotInState(state=found.state)
    values: dict[str, datetime] = {"completed_at": tx.now}
    move_order(tx, order_id=order_id, origin="shipped", target="completed", reason=reason, by_id=by_id, **values)
    release_lines(tx, order_id=order_id, settle_after=tx.now + AFTER_SALES_FOR)
    tx.emit(OrderCompleted(order_id=order_id, shop_id=found.shop_id, buyer_id=found.buyer_id, at=tx.now))
    again = lock_order(tx, order_id)
    if again is None:
        raise NotFound
    return again
