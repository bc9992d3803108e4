"""Move free units between the pools of a variant: to a flash sale, to a room, and back to the shelf."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.commerce.inventory.actions.hold_stock import OutOfStock
from miaohui.commerce.inventory.locks import lock_pools
from miaohui.commerce.inventory.pools import (
    COLUMNS,
    Change,
    Pool,
    PoolKind,
    apply_changes,
    open_pool,
    record_movements,
)
from miaohui.commerce.inventory.tables import stock_pool
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id, new_id

SHELF: tuple[PoolKind, str] = ("shelf", "")


def move_stock(
    tx: Tx,
    *,
    variant_id: int,
    quantity: int,
    source: tuple[PoolKind, str] = SHELF,
    target: tuple[PoolKind, str],
    by_id: int | None = None,
    note: str = "",
) -> None:
    """Move free units from one pool of a variant to another, which is opened if it is new.

    source, target: kind and ref. Raises OutOfStock.
    """
    if quantity <= 0 or source == target:
        raise ValueError("an act moves at least one unit, to another pool")
    open_pool(tx, key=(variant_id, *target))
    pools = lock_pools(tx, keys=[(variant_id, *source), (variant_id, *target)])
    sources = [pool for pool in pools if (pool.kind, pool.ref) == source]
    goal = next(pool for pool in pools if (pool.kind, pool.ref) == target)
    changes = _take(sources, quantity, ref=f"move:{new_id()}", note=note)
    if changes is None:
        raise OutOfStock(
            lines=[{"variant_id": format_id(variant_id), "available": sum(pool.available for pool in sources)}]
        )
    ref = changes[0].ref
    _apply(tx, [*changes, Change(pool_id=goal.id, ref=ref, on_hand=quantity, note=note)], by_id)


def move_to_shelf(tx: Tx, *, pool_id: int, quantity: int, ref: str) -> None:
    """Move free units of a flash or room pool to the variant's shelf; one of the shelf stays where it is."""
    pool = tx.one(sa.select(*COLUMNS).where(stock_pool.c.id == pool_id), Pool)
    if pool is None:
        raise LookupError(f"there is no pool {pool_id}")
    if pool.kind == "shelf":
        return
    shelf = (pool.variant_id, *SHELF)
    open_pool(tx, key=shelf)
    goal = lock_pools(tx, keys=[shelf])[0]
    changes = [Change(pool_id=pool_id, ref=ref, on_hand=-quantity), Change(pool_id=goal.id, ref=ref, on_hand=quantity)]
    _apply(tx, changes, None)


def drain_pools(tx: Tx, *, kind: PoolKind, pool_ref: str) -> int:
    """Bring all free units of a sale or room that is over back to the shelf; return how many.

    What is still held there stays until it is shipped, or released and drained by the next call.
    """
    if kind == "shelf":
        raise ValueError("the shelf is where things are brought to")
    over = sa.and_(
        stock_pool.c.kind == kind, stock_pool.c.ref == pool_ref, stock_pool.c.on_hand > stock_pool.c.reserved
    )
    pools = tx.all(sa.select(*COLUMNS).where(over).order_by(stock_pool.c.variant_id, stock_pool.c.id), Pool)
    drained = 0
    for variant_id in dict.fromkeys(pool.variant_id for pool in pools):
        locked = lock_pools(tx, keys=[(variant_id, kind, pool_ref)])
        left = sum(pool.available for pool in locked)
        if left:
            move_stock(tx, variant_id=variant_id, quantity=left, source=(kind, pool_ref), target=SHELF, note="drained")
            drained += left
    return drained


def _take(pools: Sequence[Pool], quantity: int, *, ref: str, note: str) -> list[Change] | None:
    missing = quantity
    changes = []
    for pool in pools:
        units = min(missing, pool.available)
        if units > 0:
            missing -= units
            changes.append(Change(pool_id=pool.id, ref=ref, on_hand=-units, note=note))
    return None if missing else changes


def _apply(tx: Tx, changes: Sequence[Change], by_id: int | None) -> None:
    ordered = sorted(changes, key=lambda change: change.pool_id)
    apply_changes(tx, ordered)
    record_movements(tx, kind="move", changes=ordered, by_id=by_id)
