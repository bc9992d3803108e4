"""Say that the exchange has come."""

from miaohui.care.aftersales.access import access_case_as_buyer
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.kit.db import Tx


def confirm_exchange(tx: Tx, *, aftersale_id: int, buyer_id: int) -> Case:
    """End an exchange on the buyer's behalf. Raises NotFound, CaseMoved."""
    found = access_case_as_buyer(tx, aftersale_id=aftersale_id, buyer_id=buyer_id)
    require_state(found, {"reshipped"})
    return move_case(tx, found, "done", by_side="buyer", by_id=buyer_id)
