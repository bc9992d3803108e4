"""Give back what was kept for order lines and will not leave."""

from collections.abc import Sequence

from miaohui.commerce.inventory.holds import Hold, change_hold, state_after
from miaohui.commerce.inventory.locks import lock_holds
from miaohui.commerce.inventory.pools import Change, apply_changes, is_recorded, record_movements
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict


class FewerAreHeld(Conflict):
    """The line has not that many left that could be shipped or given back. Data: order_line_id, left."""

    code = "fewer_are_held"
    title = "Not that many are left of this line"


def release_stock(tx: Tx, *, order_line_ids: Sequence[int], reason: str) -> None:
    """Give back all units of these lines that have not been shipped; again changes nothing."""
    holds = [hold for hold in lock_holds(tx, order_line_ids) if hold.left]
    changes = [_give_back(tx, hold, hold.left, f"line:{hold.order_line_id}", reason) for hold in holds]
    apply_changes(tx, changes)
    record_movements(tx, kind="release", changes=changes)


def release_units(tx: Tx, *, order_line_id: int, quantity: int, ref: str, reason: str) -> None:
    """Give back some units of a line, as when one of two is refunded before it was shipped.

    ref: names the act; the same again changes nothing. Raises FewerAreHeld.
    """
    holds = lock_holds(tx, [order_line_id])
    ref = f"line:{order_line_id}:{ref}"
    if is_recorded(tx, kind="release", ref=ref, pool_ids=[hold.pool_id for hold in holds]):
        return
    shares = share_among(holds, quantity, order_line_id)
    changes = [_give_back(tx, hold, units, ref, reason) for hold, units in shares]
    apply_changes(tx, changes)
    record_movements(tx, kind="release", changes=changes)


def share_among(holds: Sequence[Hold], quantity: int, order_line_id: int) -> list[tuple[Hold, int]]:
    """Return how many units to take from each hold, in the order of pools. Raises FewerAreHeld."""
    if quantity <= 0:
        raise ValueError("an act moves at least one unit")
    missing = quantity
    shares = []
    for hold in holds:
        units = min(missing, hold.left)
        if units:
            missing -= units
            shares.append((hold, units))
    if missing:
        raise FewerAreHeld(order_line_id=str(order_line_id), left=quantity - missing)
    return shares


def _give_back(tx: Tx, hold: Hold, units: int, ref: str, reason: str) -> Change:
    change_hold(tx, hold, released=hold.released + units, state=state_after(hold, units))
    sold = -units if hold.state == "committed" else 0
    return Change(pool_id=hold.pool_id, ref=ref, reserved=-units, sold=sold, note=reason)
