"""Refuse what came back."""

from miaohui.care.aftersales.access import access_case_as_shop
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.kit.db import Tx


def refuse_return(tx: Tx, *, aftersale_id: int, by_id: int, words: str) -> Case:
    """Refuse the returned goods on the shop's behalf, with a reason; the buyer may call the platform.

    Raises NotFound, Forbidden, CaseMoved.
    """
    found = access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=by_id)
    require_state(found, {"return_shipped"})
    return move_case(tx, found, "rejected", by_side="shop", by_id=by_id, words=words)
