"""Give an order up, as its buyer."""

from miaohui.commerce.orders.access import access_order
from miaohui.commerce.orders.actions.close_trade import close_trade
from miaohui.commerce.orders.actions.refund_line import refund_line
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import Order, lines_of_orders, order_by_id
from miaohui.commerce.orders.refunds import refundable_of
from miaohui.commerce.orders.states import OrderNotInState
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def cancel_order(tx: Tx, *, order_id: int, buyer_id: int, reason: str = "cancelled by the buyer") -> Order:
    """Cancel an order; cancelling twice is cancelling once.

    Before payment the whole trade goes, since it is paid as a whole. After payment, and before anything was
    sent, the order's money goes back by itself; of an order that is late, also what is left to send.
    Raises NotFound, and OrderNotInState once something was sent in time.
    """
    found = access_order(tx, order_id=order_id, person_id=buyer_id)
    if found.state == "created" and close_trade(tx, trade_id=found.trade_id, reason="cancelled", by_id=buyer_id):
        return _again(tx, order_id)
    found = lock_order(tx, order_id) or found
    if found.state == "closed":
        return found
    is_late = found.state == "part_shipped" and found.ship_by is not None and found.ship_by <= tx.now
    if found.state != "paid" and not is_late:
        raise OrderNotInState(state=found.state)
    give_unsent_back(tx, found, reason=reason, by_id=buyer_id)
    return _again(tx, order_id)


def give_unsent_back(tx: Tx, found: Order, *, reason: str, by_id: int | None) -> None:
    """Refund whatever of a paid order has not been sent. The order is held."""
    for line in lines_of_orders(tx, [found.id]):
        quantity = line.left_to_send
        if quantity:
            worth = refundable_of(line, quantity)
            refund_line(
                tx,
                order_line_id=line.id,
                quantity=quantity,
                # Of what was never sent all that is left, so that no fen stays behind after earlier refunds of a
                # part of the price.
                paid_minor=worth.paid_minor if line.shipped else worth.most_minor,
                ref=f"cancel:{line.id}",
                reason=reason,
                restock=False,
                by_id=by_id,
            )


def _again(tx: Tx, order_id: int) -> Order:
    found = order_by_id(tx, order_id)
    if found is None:
        raise NotFound
    return found
