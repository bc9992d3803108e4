"""What compensation does about others' events."""

from miaohui.care.compensation.actions.mark_advance_paid import mark_advance_paid
from miaohui.care.compensation.actions.recover_advances import recover_advances
from miaohui.kit.db import Tx
from miaohui.money.payments.events import RefundSucceeded
from miaohui.money.settlement.events import ShopSettled


def note_paid_advance(tx: Tx, event: RefundSucceeded) -> None:
    """Date the advance whose refund has arrived."""
    mark_advance_paid(tx, ref=event.ref)


def recover_from_settlement(tx: Tx, event: ShopSettled) -> None:
    """Take back what a shop owes from what it just got."""
    recover_advances(tx, shop_id=event.shop_id, currency=event.currency, settled_minor=event.amount_minor)
