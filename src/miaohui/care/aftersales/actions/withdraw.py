"""Take an application back."""

from miaohui.care.aftersales.access import access_case_as_buyer
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.care.aftersales.states import WITHDRAWABLE
from miaohui.kit.db import Tx


def withdraw(tx: Tx, *, aftersale_id: int, buyer_id: int) -> Case:
    """End a case on the buyer's behalf, as long as nothing is on its way. Raises NotFound, CaseMoved."""
    found = access_case_as_buyer(tx, aftersale_id=aftersale_id, buyer_id=buyer_id)
    require_state(found, WITHDRAWABLE)
    return move_case(tx, found, "cancelled", by_side="buyer", by_id=buyer_id)
