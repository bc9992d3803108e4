"""Keep units back for order lines until they are paid for."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from miaohui.commerce.inventory.holds import holds_of_lines
from miaohui.commerce.inventory.locks import lock_pools
from miaohui.commerce.inventory.pools import Change, Pool, PoolKey, PoolKind, apply_change, pools_of, record_movements
from miaohui.commerce.inventory.tables import stock_hold
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import format_id


class Want(msgspec.Struct, frozen=True, kw_only=True):
    """What an order line needs. pool_ref: the promotion or room whose pool it is; empty for the shelf."""

    order_line_id: int
    variant_id: int
    quantity: int
    pool_kind: PoolKind = "shelf"
    pool_ref: str = ""

    @property
    def key(self) -> PoolKey:
        return self.variant_id, self.pool_kind, self.pool_ref


class OutOfStock(Refusal):
    """Less is left than is wanted. Data: lines, each with variant_id and available."""

    code = "out_of_stock"
    status = 409
    title = "Somebody was faster: there is not enough left"


class _Take(msgspec.Struct, frozen=True):
    pool_id: int
    order_line_id: int
    quantity: int


class _Missed(Exception):
    """A pool had less than it had when it was read."""


def hold_stock(tx: Tx, *, wants: Sequence[Want]) -> None:
    """Hold what the lines want, all or nothing. A line that has its hold is left alone.

    A line begins at the slot that its id chooses and overflows into the others; one conditional UPDATE
    for each pool decides. Raises OutOfStock with every line that cannot be had.
    """
    fresh = _without_held(tx, wants)
    if not fresh:
        return
    keys = [want.key for want in fresh]
    takes = _plan(fresh, pools_of(tx, keys=keys))
    if not _take_all(tx, takes):
        takes = _plan(fresh, lock_pools(tx, keys=keys))
        if not _take_all(tx, takes):
            raise RuntimeError("a locked pool has changed")
    _record(tx, takes)


def _without_held(tx: Tx, wants: Sequence[Want]) -> list[Want]:
    if any(want.quantity <= 0 for want in wants):
        raise ValueError("a line wants at least one")
    held = {hold.order_line_id for hold in holds_of_lines(tx, order_line_ids=[want.order_line_id for want in wants])}
    return sorted(
        (want for want in wants if want.order_line_id not in held), key=lambda want: (want.key, want.order_line_id)
    )


def _plan(wants: Sequence[Want], pools: Sequence[Pool]) -> list[_Take]:
    """Return how much to take where, by pool and line. Raises OutOfStock."""
    slots: dict[PoolKey, list[Pool]] = {}
    for pool in pools:
        slots.setdefault(pool.key, []).append(pool)
    left = {pool.id: pool.available for pool in pools}
    takes: list[_Take] = []
    short = False
    for want in wants:
        missing = want.quantity
        for pool in _from_its_slot(slots.get(want.key, []), want.order_line_id, want.quantity, left):
            units = min(missing, left[pool.id])
            if units:
                left[pool.id] -= units
                missing -= units
                takes.append(_Take(pool.id, want.order_line_id, units))
        short = short or missing > 0
    if short:
        raise OutOfStock(lines=_shown(wants, pools))
    return sorted(takes, key=lambda take: (take.pool_id, take.order_line_id))


def _from_its_slot(pools: Sequence[Pool], order_line_id: int, quantity: int, left: Mapping[int, int]) -> Iterator[Pool]:
    """Yield the slots beginning with the line's own; one that has enough alone goes before several together."""
    if not pools:
        return
    first = order_line_id % len(pools)
    ordered = [*pools[first:], *pools[:first]]
    whole = next((pool for pool in ordered if left[pool.id] >= quantity), None)
    if whole is not None:
        yield whole
    yield from (pool for pool in ordered if pool is not whole)


def _take_all(tx: Tx, takes: Sequence[_Take]) -> bool:
    """Take from every pool or from none; return whether all had enough."""
    if len(takes) == 1:
        return apply_change(tx, _change(takes[0]))
    try:
        with tx.connection.begin_nested():
            if not all(apply_change(tx, _change(take)) for take in takes):
                raise _Missed
    except _Missed:
        return False
    return True


def _record(tx: Tx, takes: Sequence[_Take]) -> None:
    rows = [
        {
            "order_line_id": take.order_line_id,
            "pool_id": take.pool_id,
            "quantity": take.quantity,
            "shipped": 0,
            "released": 0,
            "restocked": 0,
            "state": "held",
            "held_at": tx.now,
        }
        for take in takes
    ]
    tx.insert(stock_hold, rows)
    record_movements(tx, kind="hold", changes=[_change(take) for take in takes])


def _change(take: _Take) -> Change:
    return Change(pool_id=take.pool_id, ref=f"line:{take.order_line_id}", reserved=take.quantity)


def _shown(wants: Sequence[Want], pools: Sequence[Pool]) -> list[dict[str, object]]:
    """Return the lines whose variant cannot be had in the wanted number, and what is left of it."""
    available: dict[PoolKey, int] = {}
    for pool in pools:
        available[pool.key] = available.get(pool.key, 0) + pool.available
    wanted: dict[PoolKey, int] = {}
    for want in wants:
        wanted[want.key] = wanted.get(want.key, 0) + want.quantity
    return [
        {"variant_id": format_id(key[0]), "available": available.get(key, 0)}
        for key in wanted
        if wanted[key] > available.get(key, 0)
    ]
