"""Turn what is held into what is sold."""

from collections.abc import Sequence

from miaohui.commerce.inventory.holds import Hold, change_hold
from miaohui.commerce.inventory.locks import lock_holds
from miaohui.commerce.inventory.pools import Change, apply_changes, record_movements
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class NothingHeld(Conflict):
    """The stock of the line has been given back, or was never held. Data: order_line_id."""

    code = "nothing_held"
    title = "What was kept back for this order is no longer kept"


def commit_stock(tx: Tx, *, order_line_ids: Sequence[int]) -> None:
    """Mark the held units of paid lines as sold; again changes nothing.

    Raises NothingHeld for a line whose units have been released: then the money must go back.
    """
    holds = lock_holds(tx, order_line_ids)
    _refuse_released(holds, order_line_ids)
    held = [hold for hold in holds if hold.state == "held"]
    for hold in held:
        change_hold(tx, hold, state="committed")
    changes = [Change(pool_id=hold.pool_id, ref=f"line:{hold.order_line_id}", sold=hold.left) for hold in held]
    apply_changes(tx, changes)
    record_movements(tx, kind="commit", changes=changes)


def _refuse_released(holds: Sequence[Hold], order_line_ids: Sequence[int]) -> None:
    kept = {hold.order_line_id for hold in holds if hold.state == "committed" or hold.left or hold.shipped}
    for order_line_id in order_line_ids:
        if order_line_id not in kept:
            raise NothingHeld(order_line_id=str(order_line_id))
