"""End a shop's probation."""

from miaohui.commerce.merchants.locks import lock_shop
from miaohui.commerce.merchants.states import move_shop
from miaohui.kit.db import Tx


def end_probation(tx: Tx, *, shop_id: int) -> bool:
    """Move a shop whose probation has passed to open; one that is in any other state stays there."""
    found = lock_shop(tx, shop_id)
    if found is None or found.state != "probation":
        return False
    if found.probation_ends_at is None or found.probation_ends_at > tx.now:
        return False
    move_shop(tx, shop_id=shop_id, origin="probation", target="open", reason="probation passed", by_id=None)
    return True
