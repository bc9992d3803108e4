"""Offer the buyer something else."""

from typing import Literal

from miaohui.care.aftersales.access import access_case_as_shop
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.care.aftersales.refunds import most_refundable
from miaohui.care.aftersales.rules import MOST_OFFERS
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict

OfferedKind = Literal["refund_only", "return_refund"]


class UnfitOffer(Conflict):
    """This cannot be offered in this case: `why` tells it to programs."""

    code = "unfit_aftersales_offer"
    status = 409
    title = "This cannot be offered here"

    def __init__(self, detail: str, why: str) -> None:
        super().__init__(detail, why=why)


def offer(
    tx: Tx, *, aftersale_id: int, by_id: int, amount_minor: int, kind: OfferedKind | None = None, words: str = ""
) -> Case:
    """Offer the buyer another amount, or money while the goods stay, and give them 72 hours to answer.

    kind: None for what the buyer asked; `refund_only` lets the goods stay. Raises NotFound, Forbidden,
    CaseMoved, UnfitOffer.
    """
    found = access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=by_id)
    require_state(found, {"applied"})
    offered_kind = kind or ("return_refund" if found.kind == "return_refund" else "refund_only")
    if offered_kind == "return_refund" and found.kind == "refund_only":
        raise UnfitOffer("The buyer has not offered to send anything back.", "kind")
    if found.offers >= MOST_OFFERS:
        raise UnfitOffer("There have been enough offers: agree or refuse.", "offers")
    if not 0 < amount_minor <= most_refundable(tx, order_line_id=found.order_line_id, quantity=0):
        raise UnfitOffer("More than was paid cannot be paid back.", "amount")
    values = {"offered_minor": amount_minor, "offered_kind": offered_kind, "offers": found.offers + 1}
    data = {"amount_minor": amount_minor, "kind": offered_kind}
    return move_case(
        tx, found, "wait_buyer_confirm", by_side="shop", by_id=by_id, words=words, data=data, changes=values
    )
