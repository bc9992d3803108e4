"""What must hold of the stock in any database."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.inventory.tables import stock_hold, stock_movement, stock_pool
from miaohui.kit.audits import audit

_pool = stock_pool.c
_hold = stock_hold.c
_left = _hold.quantity - _hold.shipped - _hold.released


@audit("inventory.movements_are_counters", "the movements of a pool sum to its counters")
def movements_are_counters(dialect: str) -> sa.Select[Any]:
    """Select pools whose counters are not the sum of what moved."""
    moved = (
        sa.select(
            stock_movement.c.pool_id,
            sa.func.sum(stock_movement.c.on_hand_change).label("on_hand"),
            sa.func.sum(stock_movement.c.reserved_change).label("reserved"),
            sa.func.sum(stock_movement.c.sold_change).label("sold"),
        )
        .group_by(stock_movement.c.pool_id)
        .subquery()
    )
    differs = sa.or_(*(_pool[name] != sa.func.coalesce(moved.c[name], 0) for name in ("on_hand", "reserved", "sold")))
    return (
        sa.select(_pool.id, _pool.variant_id, _pool.on_hand, _pool.reserved, _pool.sold)
        .outerjoin(moved, moved.c.pool_id == _pool.id)
        .where(differs)
    )


@audit("inventory.never_oversold", "no pool has promised more than there is, and none has sold below zero")
def never_oversold(dialect: str) -> sa.Select[Any]:
    """Select pools with impossible counters."""
    impossible = sa.or_(_pool.reserved < 0, _pool.on_hand < _pool.reserved, _pool.sold < 0)
    return sa.select(_pool.id, _pool.variant_id, _pool.on_hand, _pool.reserved, _pool.sold).where(impossible)


@audit("inventory.holds_are_reserved", "what a pool keeps back is what order lines hold of it")
def holds_are_reserved(dialect: str) -> sa.Select[Any]:
    """Select pools that keep more or less than is held."""
    held = sa.select(_hold.pool_id, sa.func.sum(_left).label("left")).group_by(_hold.pool_id).subquery()
    return (
        sa.select(_pool.id, _pool.variant_id, _pool.reserved, held.c.left)
        .outerjoin(held, held.c.pool_id == _pool.id)
        .where(_pool.reserved != sa.func.coalesce(held.c.left, 0))
    )


@audit("inventory.sold_is_paid_for", "a pool has sold what paid lines keep or have taken, less what came back")
def sold_is_paid_for(dialect: str) -> sa.Select[Any]:
    """Select pools whose number of sold units is not what their holds say."""
    kept = sa.case((_hold.state == "committed", _left), else_=0)
    sold = (
        sa.select(_hold.pool_id, sa.func.sum(kept + _hold.shipped - _hold.restocked).label("sold"))
        .group_by(_hold.pool_id)
        .subquery()
    )
    return (
        sa.select(_pool.id, _pool.variant_id, _pool.sold, sold.c.sold.label("held_sold"))
        .outerjoin(sold, sold.c.pool_id == _pool.id)
        .where(_pool.sold != sa.func.coalesce(sold.c.sold, 0))
    )


@audit("inventory.sold_within_pool", "no pool has sold more than was ever put into it")
def sold_within_pool(dialect: str) -> sa.Select[Any]:
    """Select pools that have sold more than came in by delivery, count, or from another pool."""
    came = sa.case((stock_movement.c.kind.in_(("receive", "adjust", "move")), stock_movement.c.on_hand_change), else_=0)
    put_in = (
        sa.select(stock_movement.c.pool_id, sa.func.sum(came).label("units"))
        .group_by(stock_movement.c.pool_id)
        .subquery()
    )
    return (
        sa.select(_pool.id, _pool.variant_id, _pool.sold, put_in.c.units)
        .outerjoin(put_in, put_in.c.pool_id == _pool.id)
        .where(_pool.sold > sa.func.coalesce(put_in.c.units, 0))
    )


@audit("inventory.released_as_reserved", "lines give back exactly what they reserved and did not ship")
def released_as_reserved(dialect: str) -> sa.Select[Any]:
    """Select pools to which more or less was given back than their lines have released."""
    given_back = sa.case((stock_movement.c.kind == "release", -stock_movement.c.reserved_change), else_=0)
    moved = (
        sa.select(stock_movement.c.pool_id, sa.func.sum(given_back).label("units"))
        .group_by(stock_movement.c.pool_id)
        .subquery()
    )
    released = sa.select(_hold.pool_id, sa.func.sum(_hold.released).label("units")).group_by(_hold.pool_id).subquery()
    return (
        sa.select(_pool.id, _pool.variant_id, released.c.units.label("released"), moved.c.units.label("given_back"))
        .outerjoin(moved, moved.c.pool_id == _pool.id)
        .outerjoin(released, released.c.pool_id == _pool.id)
        .where(sa.func.coalesce(released.c.units, 0) != sa.func.coalesce(moved.c.units, 0))
    )


@audit("inventory.ended_is_empty", "a hold that ended has nothing left, and one that has nothing left has ended")
def ended_is_empty(dialect: str) -> sa.Select[Any]:
    """Select holds whose state is not what is left of them."""
    return sa.select(_hold.order_line_id, _hold.pool_id, _hold.state, _left.label("left")).where(
        sa.or_(sa.and_(_hold.state == "ended", _left != 0), sa.and_(_hold.state != "ended", _left == 0))
    )
