"""Take returned units that are as good as new back into the stock."""

from miaohui.commerce.inventory.actions.move_stock import move_to_shelf
from miaohui.commerce.inventory.holds import change_hold
from miaohui.commerce.inventory.locks import lock_holds
from miaohui.commerce.inventory.pools import Change, apply_changes, is_recorded, record_movements
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class FewerWereShipped(Conflict):
    """More would come back than have left. Data: order_line_id, out."""

    code = "fewer_were_shipped"
    title = "Not that many have left"


def restock(tx: Tx, *, order_line_id: int, quantity: int, ref: str) -> None:
    """Put returned units of a line on the shelf, wherever they had been sold from.

    ref: the return, `aftersale:5`; the same again changes nothing. Raises FewerWereShipped.
    """
    if quantity <= 0:
        raise ValueError("an act moves at least one unit")
    holds = lock_holds(tx, [order_line_id])
    ref = f"line:{order_line_id}:{ref}"
    if is_recorded(tx, kind="restock", ref=ref, pool_ids=[hold.pool_id for hold in holds]):
        return
    missing = quantity
    changes = []
    for hold in holds:
        units = min(missing, hold.shipped - hold.restocked)
        if units:
            missing -= units
            change_hold(tx, hold, restocked=hold.restocked + units)
            changes.append(Change(pool_id=hold.pool_id, ref=ref, on_hand=units, sold=-units))
    if missing:
        raise FewerWereShipped(order_line_id=str(order_line_id), out=quantity - missing)
    apply_changes(tx, changes)
    record_movements(tx, kind="restock", changes=changes)
    for change in changes:
        move_to_shelf(tx, pool_id=change.pool_id, quantity=change.on_hand, ref=ref)
