"""Count what came in, and correct what was counted."""

from miaohui.commerce.inventory.locks import lock_pools
from miaohui.commerce.inventory.pools import (
    Change,
    Pool,
    PoolKey,
    PoolKind,
    apply_changes,
    open_pool,
    record_movements,
    record_once,
)
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, InvalidInput
from miaohui.kit.ids import new_id
from miaohui.kit.money import share_out

MOST_UNITS = 10_000_000


class StockIsPromised(Conflict):
    """Fewer would be there than are kept for orders. Data: reserved."""

    code = "stock_is_promised"
    title = "More than that is already kept for orders"


def receive_stock(
    tx: Tx,
    *,
    variant_id: int,
    quantity: int,
    ref: str,
    by_id: int | None,
    kind: PoolKind = "shelf",
    pool_ref: str = "",
) -> None:
    """Add units to a pool, which is opened if it is new; its slots share them evenly.

    ref: names the delivery or import row; the same again for this pool changes nothing.
    """
    _check(quantity, least=1)
    pools = _opened(tx, (variant_id, kind, pool_ref))
    shares = share_out(quantity, [1] * len(pools))
    changes = [
        Change(pool_id=pool.id, ref=ref, on_hand=units) for pool, units in zip(pools, shares, strict=True) if units
    ]
    # The first slot always gets some, so its movement tells whether the delivery has been counted.
    if not record_once(tx, kind="receive", change=changes[0], by_id=by_id):
        return
    apply_changes(tx, changes)
    record_movements(tx, kind="receive", changes=changes[1:], by_id=by_id)


def set_stock(
    tx: Tx, *, variant_id: int, on_hand: int, reason: str, by_id: int, kind: PoolKind = "shelf", pool_ref: str = ""
) -> None:
    """Set how many units are there, those kept for orders included. Raises StockIsPromised."""
    _check(on_hand, least=0)
    pools = _opened(tx, (variant_id, kind, pool_ref))
    reserved = sum(pool.reserved for pool in pools)
    if on_hand < reserved:
        raise StockIsPromised(reserved=reserved)
    # Only what is free is counted anew: every slot keeps what it has promised.
    shares = share_out(on_hand - reserved, [1] * len(pools))
    ref = f"count:{new_id()}"
    changes = [
        Change(pool_id=pool.id, ref=ref, on_hand=share - pool.available, note=reason)
        for pool, share in zip(pools, shares, strict=True)
        if share != pool.available
    ]
    apply_changes(tx, changes)
    record_movements(tx, kind="adjust", changes=changes, by_id=by_id)


def _opened(tx: Tx, key: PoolKey) -> list[Pool]:
    pools = lock_pools(tx, keys=[key])
    if not pools:
        open_pool(tx, key=key)
        pools = lock_pools(tx, keys=[key])
    return pools


def _check(units: int, *, least: int) -> None:
    if not least <= units <= MOST_UNITS:
        raise InvalidInput("Not a number of units that can be stored.")
