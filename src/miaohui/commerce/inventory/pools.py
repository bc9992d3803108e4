"""Pools of stock, and the one place that changes their counters."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.inventory.tables import stock_movement, stock_pool
from miaohui.kit.db import Prepared, Tx, insert_if_absent
from miaohui.kit.ids import new_id

PoolKind = Literal["shelf", "flash", "room"]
PoolKey = tuple[int, str, str]
"""Variant, kind and ref: all slots of a pool have it in common."""


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """A row of stock: one slot of a variant's pool."""

    id: int
    variant_id: int
    kind: PoolKind
    ref: str
    slot: int
    on_hand: int
    reserved: int
    sold: int

    @property
    def key(self) -> PoolKey:
        return self.variant_id, self.kind, self.ref

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one act does to one pool."""

    pool_id: int
    ref: str
    on_hand: int = 0
    reserved: int = 0
    sold: int = 0
    note: str = ""


COLUMNS = tuple(stock_pool.c[field] for field in Pool.__struct_fields__)
NOTE_LENGTH = 100
_SELECT = (
    sa.select(*COLUMNS)
    .where(stock_pool.c.variant_id.in_(sa.bindparam("variant_ids", expanding=True)))
    .order_by(stock_pool.c.id)
)
OF_VARIANTS = Prepared(_SELECT)
LOCK_OF_VARIANTS = Prepared(_SELECT.with_for_update())
_on_hand = stock_pool.c.on_hand + sa.bindparam("more_on_hand")
_reserved = stock_pool.c.reserved + sa.bindparam("more_reserved")
HAS_ROOM = sa.and_(_reserved >= 0, _on_hand >= _reserved)
"""The condition under which a pool takes a change: the judge of who gets the last one."""


def pools_of(tx: Tx, *, keys: Sequence[PoolKey]) -> list[Pool]:
    """Return all slots of these pools by id."""
    wanted = set(keys)
    variants = sorted({variant_id for variant_id, _, _ in wanted})
    return [pool for pool in tx.all(OF_VARIANTS, Pool, variant_ids=variants) if pool.key in wanted]


def open_pool(tx: Tx, *, key: PoolKey, slot: int = 0) -> None:
    """Make an empty pool unless it is there."""
    variant_id, kind, ref = key
    empty = {"on_hand": 0, "reserved": 0, "sold": 0}
    row = {"id": new_id(), "variant_id": variant_id, "kind": kind, "ref": ref, "slot": slot, **empty}
    insert_if_absent(tx, stock_pool, row)


def apply_change(tx: Tx, change: Change) -> bool:
    """Change a pool's counters if they allow it; return whether they did."""
    sums = {"more_on_hand": change.on_hand, "more_reserved": change.reserved, "more_sold": change.sold}
    return bool(tx.changed(_change_if(HAS_ROOM), pool_id=change.pool_id, **sums))


@cache
def _change_if(condition: sa.ColumnElement[bool]) -> Prepared:
    return Prepared(
        sa.update(stock_pool)
        .where(stock_pool.c.id == sa.bindparam("pool_id"), condition)
        .values(on_hand=_on_hand, reserved=_reserved, sold=stock_pool.c.sold + sa.bindparam("more_sold"))
    )


def apply_changes(tx: Tx, changes: Sequence[Change]) -> None:
    """Change several pools by id; that one of them cannot is a fault, because their rows are locked or held."""
    for change in sorted(changes, key=lambda change: (change.pool_id, change.ref)):
        if not apply_change(tx, change):
            raise RuntimeError(f"pool {change.pool_id} does not have what was promised of it")


def is_recorded(tx: Tx, *, kind: str, ref: str, pool_ids: Sequence[int]) -> bool:
    """Return whether this act has moved stock in one of these pools."""
    same = (stock_movement.c.pool_id.in_(pool_ids), stock_movement.c.kind == kind, stock_movement.c.ref == ref)
    return tx.scalar(sa.select(stock_movement.c.id).where(*same).limit(1)) is not None


def record_movements(tx: Tx, *, kind: str, changes: Sequence[Change], by_id: int | None = None) -> None:
    """Write down what changed, one row a pool; a second one of the same kind and ref is a fault."""
    tx.insert(stock_movement, [_row(tx, kind, change, by_id) for change in changes])


def record_once(tx: Tx, *, kind: str, change: Change, by_id: int | None = None) -> bool:
    """Write one movement down unless it stands there; return whether it is new.

    On PostgreSQL this waits for whoever writes the same one down at this moment.
    """
    return insert_if_absent(tx, stock_movement, _row(tx, kind, change, by_id))


def _row(tx: Tx, kind: str, change: Change, by_id: int | None) -> dict[str, object]:
    return {
        "id": new_id(),
        "pool_id": change.pool_id,
        "kind": kind,
        "ref": change.ref,
        "on_hand_change": change.on_hand,
        "reserved_change": change.reserved,
        "sold_change": change.sold,
        "note": change.note[:NOTE_LENGTH],
        "by_id": by_id,
        "at": tx.now,
    }
