"""What orders do about the rest of the product's news."""

from miaohui.commerce.catalogue.actions.count_sold import count_sold
from miaohui.commerce.orders.actions.mark_trade_paid import mark_trade_paid
from miaohui.commerce.orders.actions.note_late import watch_sending
from miaohui.commerce.orders.events import LineRefunded, OrderPaid
from miaohui.commerce.orders.queries import line_by_id, lines_of_orders
from miaohui.kit.db import Tx
from miaohui.money.payments.events import PaymentSucceeded


def take_payment(tx: Tx, event: PaymentSucceeded) -> None:
    """Let the orders of a paid trade go on."""
    if event.purpose == "trade":
        mark_trade_paid(tx, trade_id=event.subject_id, payment_id=event.payment_id)


def see_paid_order_on(tx: Tx, event: OrderPaid) -> None:
    """Add the units of a paid order to what its products show as sold, and let the clock look after its sending."""
    watch_sending(tx, order_id=event.order_id)
    # In the order of their ids, so that two orders of the same goods do not wait for each other.
    for line in sorted(lines_of_orders(tx, [event.order_id]), key=lambda one: one.product_id):
        count_sold(tx, product_id=line.product_id, quantity=line.quantity)


def count_as_unsold(tx: Tx, event: LineRefunded) -> None:
    """Take units that were given up away again."""
    found = line_by_id(tx, event.order_line_id)
    if event.quantity and found is not None:
        count_sold(tx, product_id=found.product_id, quantity=-event.quantity)
