"""Let a shop pay its buyer something for having waited."""

from miaohui.care.compensation.events import LateCompensated
from miaohui.kit.db import Tx
from miaohui.kit.money import BASIS_POINTS
from miaohui.money.ledger.accounts import claims_payable, shop_available
from miaohui.money.ledger.actions.post_entry import post_entry
from miaohui.money.payments.actions.pay_wallet import pay_wallet
from miaohui.money.settlement.flows import Purses, match_legs

RATE_BP = 500
SMALLEST_MINOR, LARGEST_MINOR = 1_00, 50_00
"""Five per cent of what was paid, and never less than is worth a message or more than a parcel costs to send."""


def late_compensation(payable_minor: int) -> int:
    """Return what a buyer gets for an order that was not sent in time; never more than was paid for it."""
    share = payable_minor * RATE_BP // BASIS_POINTS
    return min(payable_minor, max(SMALLEST_MINOR, min(share, LARGEST_MINOR)))


def compensate_late(tx: Tx, *, order_id: int, shop_id: int, buyer_id: int, payable_minor: int, currency: str) -> int:
    """Pay a buyer for a late order into the wallet, once for each order; return how much it was.

    The shop's available money pays, then its deposit; what both lack the platform pays first, and the shop owes it.
    """
    amount = late_compensation(payable_minor)
    if amount == 0:
        return 0
    purse, aside = shop_available(shop_id), claims_payable(buyer_id)
    purses = Purses(tx, codes=[purse], held=[aside], shop_id=shop_id, currency=currency)
    legs = match_legs(purses.take(purse, amount), [(aside, amount)])
    entry = post_entry(tx, kind="late_compensation", ref=str(order_id), currency=currency, legs=legs)
    if not entry.is_new:
        return 0
    pay_wallet(tx, person_id=buyer_id, amount_minor=amount, currency=currency, debit=aside, ref=f"late:{order_id}")
    tx.emit(
        LateCompensated(order_id=order_id, shop_id=shop_id, buyer_id=buyer_id, amount_minor=amount, currency=currency)
    )
    return amount
