"""Accept what the shop offers."""

from miaohui.care.aftersales.access import access_case_as_buyer
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.care.aftersales.refunds import pay_back
from miaohui.kit.db import Tx


def accept_offer(tx: Tx, *, aftersale_id: int, buyer_id: int) -> Case:
    """Accept on the buyer's behalf: the case goes on at the amount that was offered.

    Raises NotFound, CaseMoved.
    """
    found = access_case_as_buyer(tx, aftersale_id=aftersale_id, buyer_id=buyer_id)
    require_state(found, {"wait_buyer_confirm"})
    agreed = {"kind": found.offered_kind, "agreed_minor": found.offered_minor}
    if found.offered_kind == "return_refund":
        return move_case(tx, found, "wait_return", by_side="buyer", by_id=buyer_id, changes=agreed)
    # Money alone was offered: the goods stay with the buyer, or still come.
    return pay_back(
        tx,
        found,
        by_side="buyer",
        by_id=buyer_id,
        advance_reason="shop_short",
        changes={**agreed, "quantity": 0},
    )
