"""What orders do about the rest of the product's news."""

from miaohui.commerce.orders.actions.mark_trade_paid import mark_trade_paid
from miaohui.kit.db import Tx
from miaohui.money.payments.events import PaymentSucceeded


def take_payment(tx: Tx, event: PaymentSucceeded) -> None:
    """Let the orders of a paid trade go on."""
    if event.purpose == "trade":
        mark_trade_paid(tx, trade_id=event.subject_id, payment_id=event.payment_id)
