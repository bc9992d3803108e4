"""What compensation does about others' events."""

from miaohui.care.compensation.actions.compensate_late import compensate_late
from miaohui.care.compensation.actions.mark_advance_paid import mark_advance_paid
from miaohui.care.compensation.actions.recover_advances import recover_advances
from miaohui.commerce.orders.events import OrderLate
from miaohui.kit.db import Tx
from miaohui.money.payments.events import RefundSucceeded
from miaohui.money.settlement.events import ShopSettled


def note_paid_advance(tx: Tx, event: RefundSucceeded) -> None:
    """Date the advance whose refund has arrived."""
    mark_advance_paid(tx, ref=event.ref)


def compensate_for_waiting(tx: Tx, event: OrderLate) -> None:
    """Let the shop pay the buyer of a late order something."""
    compensate_late(
        tx,
        order_id=event.order_id,
        shop_id=event.shop_id,
        buyer_id=event.buyer_id,
        payable_minor=event.payable_minor,
        currency=event.currency,
    )


def recover_from_settlement(tx: Tx, event: ShopSettled) -> None:
    """Take back what a shop owes from what it just got."""
    recover_advances(tx, shop_id=event.shop_id, currency=event.currency, settled_minor=event.amount_minor)
