"""Accept what came back."""

from miaohui.care.aftersales.access import access_case_as_shop
from miaohui.care.aftersales.moves import move_case, require_state
from miaohui.care.aftersales.queries import Case
from miaohui.care.aftersales.refunds import pay_back, ref_of
from miaohui.care.aftersales.rules import after_check
from miaohui.care.aftersales.states import Side
from miaohui.commerce.inventory.actions.restock import restock
from miaohui.kit.db import Tx


def accept_return(tx: Tx, *, aftersale_id: int, by_id: int, resaleable: bool, words: str = "") -> Case:
    """Accept the returned goods on the shop's behalf: the money goes back, or the exchange may leave.

    resaleable: puts them back on the shelf. Raises NotFound, Forbidden, CaseMoved.
    """
    found = access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=by_id)
    require_state(found, {"return_shipped"})
    return go_on_with_return(tx, found, by_side="shop", by_id=by_id, resaleable=resaleable, words=words)


def go_on_with_return(tx: Tx, found: Case, *, by_side: Side, by_id: int | None, resaleable: bool, words: str) -> Case:
    """Let a case whose goods are back go on, whoever decided so."""
    if after_check(found.kind) == "refunding":
        return pay_back(
            tx,
            found,
            by_side=by_side,
            by_id=by_id,
            words=words,
            advance_reason="seller_overdue" if by_side == "clock" else "shop_short",
            by_platform=by_side == "clock",
            restock=resaleable,
        )
    if resaleable:
        restock(tx, order_line_id=found.order_line_id, quantity=found.quantity, ref=ref_of(found.id))
    data = {"resaleable": resaleable}
    return move_case(tx, found, "wait_reship", by_side=by_side, by_id=by_id, words=words, data=data)
