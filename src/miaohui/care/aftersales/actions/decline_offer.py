"""Decline what the shop offers."""

from miaohui.care.aftersales.access import access_case_as_buyer
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.kit.db import Tx


def decline_offer(tx: Tx, *, aftersale_id: int, buyer_id: int, words: str = "") -> Case:
    """Decline on the buyer's behalf: what was asked stands again, and the shop has 48 hours anew.

    Raises NotFound, CaseMoved.
    """
    found = access_case_as_buyer(tx, aftersale_id=aftersale_id, buyer_id=buyer_id)
    require_state(found, {"wait_buyer_confirm"})
    return move_case(tx, found, "applied", by_side="buyer", by_id=buyer_id, words=words)
