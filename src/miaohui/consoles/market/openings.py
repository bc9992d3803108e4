"""What may be asked for with a line that was bought, as far as it can be told before a reason is given."""

import msgspec

from miaohui.care.aftersales.queries import Bought
from miaohui.care.aftersales.refunds import most_refundable
from miaohui.care.aftersales.rules import Application, UnfitApplication, check_application
from miaohui.care.aftersales.states import Kind
from miaohui.kit.db import Tx

_MOST_PIECES = 99
"""More than these are asked for through the API, or twice."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of case that may be opened. quantity: pieces at most; 0 where the pieces stay where they are."""

    kind: Kind
    quantity: int


def openings_of(tx: Tx, bought: Bought) -> tuple[list[Opening], str]:
    """Return what may be asked for, and why not, where it is nothing."""
    unsent = Opening(kind="refund_only", quantity=min(bought.unsent, _MOST_PIECES))
    back = min(bought.with_buyer, bought.kept, _MOST_PIECES)
    wishes = [unsent, Opening(kind="return_refund", quantity=back), Opening(kind="exchange", quantity=back)]
    openings, why_not = [], ""
    for wish in wishes:
        pieces = min(wish.quantity, 1)
        left = most_refundable(tx, order_line_id=bought.id, quantity=pieces) if pieces <= bought.kept else 0
        amount = 0 if wish.kind == "exchange" else left
        asked = Application(kind=wish.kind, reason="other", quantity=pieces, amount_minor=amount)
        try:
            check_application(asked, bought, refundable_minor=left, now=tx.now)
            openings.append(wish)
        except UnfitApplication as refusal:
            why_not = why_not or str(refusal.detail)
    return openings, why_not


def amounts_of(tx: Tx, bought: Bought) -> list[int]:
    """Return what could be paid back for 0, 1, 2… pieces."""
    pieces = range(min(bought.kept, _MOST_PIECES) + 1)
    return [most_refundable(tx, order_line_id=bought.id, quantity=number) for number in pieces]
