"""Reads of the stock."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.commerce.inventory.pools import COLUMNS, Pool, PoolKind
from miaohui.commerce.inventory.tables import stock_movement, stock_pool
from miaohui.kit.db import Prepared, Tx


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a pool's counters."""

    id: int
    pool_id: int
    kind: str
    ref: str
    on_hand_change: int
    reserved_change: int
    sold_change: int
    note: str
    by_id: int | None
    at: datetime


_MOVEMENT = tuple(stock_movement.c[field] for field in Movement.__struct_fields__)


def available(tx: Tx, *, variant_ids: Iterable[int], kind: PoolKind = "shelf", pool_ref: str = "") -> dict[int, int]:
    """Return how many free units each variant has in that kind of pool; 0 where there is none."""
    wanted = sorted(set(variant_ids))
    rows = tx.rows(_AVAILABLE, variant_ids=wanted, pool_kind=kind, pool_ref=pool_ref)
    found = {variant_id: int(free) for variant_id, free in rows}
    return {variant_id: found.get(variant_id, 0) for variant_id in wanted}


_AVAILABLE = Prepared(
    sa.select(stock_pool.c.variant_id, sa.func.sum(stock_pool.c.on_hand - stock_pool.c.reserved).label("free"))
    .where(
        stock_pool.c.variant_id.in_(sa.bindparam("variant_ids", expanding=True)),
        stock_pool.c.kind == sa.bindparam("pool_kind"),
        stock_pool.c.ref == sa.bindparam("pool_ref"),
    )
    .group_by(stock_pool.c.variant_id)
)


def pools_of_variant(tx: Tx, *, variant_id: int) -> list[Pool]:
    """Return all pools of a variant, slot by slot."""
    counters = stock_pool.c
    order = (counters.kind, counters.ref, counters.slot)
    return tx.all(sa.select(*COLUMNS).where(counters.variant_id == variant_id).order_by(*order), Pool)


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """A variant's units over all its pools."""

    on_hand: int = 0
    reserved: int = 0
    sold: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


def counters_of_variants(tx: Tx, *, variant_ids: Iterable[int]) -> dict[int, Counters]:
    """Return the counters of each variant; nought where there is none."""
    wanted = set(variant_ids)
    column = stock_pool.c
    sums = [sa.func.sum(each) for each in (column.on_hand, column.reserved, column.sold)]
    statement = sa.select(column.variant_id, *sums).where(column.variant_id.in_(wanted)).group_by(column.variant_id)
    found = {
        variant_id: Counters(on_hand=int(on_hand), reserved=int(reserved), sold=int(sold))
        for variant_id, on_hand, reserved, sold in tx.execute(statement)
    }
    return {variant_id: found.get(variant_id, Counters()) for variant_id in wanted}


def movements_of_variant(tx: Tx, *, variant_id: int, before_id: int | None = None, limit: int = 50) -> list[Movement]:
    """Return what moved in a variant's pools, newest first."""
    statement = (
        sa.select(*_MOVEMENT)
        .join(stock_pool, stock_pool.c.id == stock_movement.c.pool_id)
        .where(stock_pool.c.variant_id == variant_id)
    )
    if before_id is not None:
        statement = statement.where(stock_movement.c.id < before_id)
    return tx.all(statement.order_by(stock_movement.c.id.desc()).limit(limit), Movement)


def units_set_apart(tx: Tx, *, kind: PoolKind, pool_refs: Iterable[str]) -> dict[str, dict[int, int]]:
    """Return the free units of sales or rooms by their ref and variant."""
    counters = stock_pool.c
    statement = (
        sa.select(counters.ref, counters.variant_id, sa.func.sum(counters.on_hand - counters.reserved))
        .where(counters.kind == kind, counters.ref.in_(set(pool_refs)))
        .group_by(counters.ref, counters.variant_id)
    )
    found: dict[str, dict[int, int]] = {}
    for ref, variant_id, free in tx.execute(statement):
        found.setdefault(ref, {})[variant_id] = int(free)
    return found


def stocked_refs(tx: Tx, *, kind: PoolKind) -> list[str]:
    """Return the refs of all sales or rooms in whose pools there are free units."""
    counters = stock_pool.c
    free = (counters.kind == kind, counters.on_hand > counters.reserved)
    return sorted(tx.scalars(sa.select(counters.ref).where(*free).distinct()))
