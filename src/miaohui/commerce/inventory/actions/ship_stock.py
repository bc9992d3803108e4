"""Let units leave the house."""

from miaohui.commerce.inventory.actions.commit_stock import NothingHeld
from miaohui.commerce.inventory.actions.release_stock import share_among
from miaohui.commerce.inventory.holds import change_hold, state_after
from miaohui.commerce.inventory.locks import lock_holds
from miaohui.commerce.inventory.pools import Change, apply_changes, is_recorded, record_movements
from miaohui.kit.db import Tx


def ship_stock(tx: Tx, *, order_line_id: int, quantity: int, ref: str) -> None:
    """Take shipped units of a paid line out of the stock.

    ref: the parcel, `parcel:3`; the same again changes nothing. Raises NothingHeld for a line that is
    not paid for, and FewerAreHeld.
    """
    holds = lock_holds(tx, [order_line_id])
    ref = f"line:{order_line_id}:{ref}"
    if is_recorded(tx, kind="ship", ref=ref, pool_ids=[hold.pool_id for hold in holds]):
        return
    if any(hold.state == "held" for hold in holds) or not holds:
        raise NothingHeld(order_line_id=str(order_line_id))
    changes = []
    for hold, units in share_among(holds, quantity, order_line_id):
        change_hold(tx, hold, shipped=hold.shipped + units, state=state_after(hold, units))
        changes.append(Change(pool_id=hold.pool_id, ref=ref, on_hand=-units, reserved=-units))
    apply_changes(tx, changes)
    record_movements(tx, kind="ship", changes=changes)
