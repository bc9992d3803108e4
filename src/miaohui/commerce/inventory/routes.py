"""The JSON API of the stock, for those who tend it: what is there, counting anew, and every movement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, post, put
from litestar.params import Parameter

from miaohui.commerce.inventory.access import access_stock
from miaohui.commerce.inventory.actions.receive_stock import MOST_UNITS, receive_stock, set_stock
from miaohui.commerce.inventory.actions.split_pool import MOST_SLOTS, split_pool
from miaohui.commerce.inventory.pools import NOTE_LENGTH, PoolKind
from miaohui.commerce.inventory.queries import Movement, movements_of_variant, pools_of_variant
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.paging import cut_page, decode_cursor

_TAG = ["shops"]
Limit = Annotated[int, Parameter(ge=1, le=100, description="movements at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]


class PoolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Units for one purpose. ref: of a flash sale or a room, its id. slots: into how many rows it is cut."""

    kind: PoolKind
    ref: str
    on_hand: int
    reserved: int
    available: int
    sold: int
    slots: int


class StockAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A variant's stock: on_hand = reserved + available, over all its pools."""

    variant_id: Id
    on_hand: int
    reserved: int
    available: int
    sold: int
    pools: list[PoolAnswer]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many units are on the shelf, those kept for orders included, and why that differs from before."""

    on_hand: Annotated[int, msgspec.Meta(ge=0, le=MOST_UNITS)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=NOTE_LENGTH)]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Units that came in. ref: the delivery's name; the same again is counted once."""

    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]
    ref: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """Into how many rows the shelf of a hot variant is cut, at least."""

    slots: Annotated[int, msgspec.Meta(ge=1, le=MOST_SLOTS)]


class MovementAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the counters. by_id: who did it; null where an order or a parcel did."""

    id: Id
    kind: str
    ref: str
    on_hand_change: int
    reserved_change: int
    sold_change: int
    note: str
    by_id: Id | None
    at: datetime


class Movements(msgspec.Struct, frozen=True, kw_only=True):
    """A page of movements, newest first. cursor: for the next one; null at the end."""

    items: list[MovementAnswer]
    cursor: str | None


@get("/api/v1/shops/{shop_id:str}/variants/{variant_id:str}/stock", tags=_TAG)
async def show_stock(*, shop_id: Id, variant_id: Id, member: Member, db: Database) -> StockAnswer:
    """Show a variant's stock."""
    return await db.read(_stock, **_place(shop_id, variant_id, member.account_id))


@put("/api/v1/shops/{shop_id:str}/variants/{variant_id:str}/stock", tags=_TAG)
async def count_stock(*, shop_id: Id, variant_id: Id, data: Counted, member: Member, db: Database) -> StockAnswer:
    """Say how many are on the shelf after counting them."""
    place = _place(shop_id, variant_id, member.account_id)
    return await db.write(_count, **place, on_hand=data.on_hand, reason=data.reason)


@post("/api/v1/shops/{shop_id:str}/variants/{variant_id:str}/stock/deliveries", tags=_TAG)
async def take_delivery(*, shop_id: Id, variant_id: Id, data: Delivery, member: Member, db: Database) -> StockAnswer:
    """Put delivered units on the shelf."""
    place = _place(shop_id, variant_id, member.account_id)
    return await db.write(_receive, **place, quantity=data.quantity, ref=data.ref)


@put("/api/v1/shops/{shop_id:str}/variants/{variant_id:str}/stock/slots", tags=_TAG)
async def cut_stock(*, shop_id: Id, variant_id: Id, data: Slots, member: Member, db: Database) -> StockAnswer:
    """Cut the shelf of a hot variant into slots, so that many can buy at once."""
    return await db.write(_split, **_place(shop_id, variant_id, member.account_id), slots=data.slots)


@get("/api/v1/shops/{shop_id:str}/variants/{variant_id:str}/stock/movements", tags=_TAG)
async def list_movements(
    *, shop_id: Id, variant_id: Id, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Movements:
    """List what moved a variant's stock, newest first."""
    place = _place(shop_id, variant_id, member.account_id)
    return await db.read(_movements, **place, cursor=cursor, limit=limit)


def _place(shop_id: str, variant_id: str, account_id: int) -> dict[str, int]:
    return {"shop_id": parse_id(shop_id), "variant_id": parse_id(variant_id), "by_id": account_id}


def _stock(tx: Tx, *, shop_id: int, variant_id: int, by_id: int) -> StockAnswer:
    access_stock(tx, variant_id=variant_id, shop_id=shop_id, by_id=by_id)
    return _describe(tx, variant_id)


def _count(tx: Tx, *, shop_id: int, variant_id: int, by_id: int, on_hand: int, reason: str) -> StockAnswer:
    access_stock(tx, variant_id=variant_id, shop_id=shop_id, by_id=by_id)
    set_stock(tx, variant_id=variant_id, on_hand=on_hand, reason=reason, by_id=by_id)
    return _describe(tx, variant_id)


def _receive(tx: Tx, *, shop_id: int, variant_id: int, by_id: int, quantity: int, ref: str) -> StockAnswer:
    access_stock(tx, variant_id=variant_id, shop_id=shop_id, by_id=by_id)
    receive_stock(tx, variant_id=variant_id, quantity=quantity, ref=f"delivery:{ref}", by_id=by_id)
    return _describe(tx, variant_id)


def _split(tx: Tx, *, shop_id: int, variant_id: int, by_id: int, slots: int) -> StockAnswer:
    access_stock(tx, variant_id=variant_id, shop_id=shop_id, by_id=by_id)
    split_pool(tx, variant_id=variant_id, slots=slots)
    return _describe(tx, variant_id)


def _movements(tx: Tx, *, shop_id: int, variant_id: int, by_id: int, cursor: str | None, limit: int) -> Movements:
    access_stock(tx, variant_id=variant_id, shop_id=shop_id, by_id=by_id)
    position = decode_cursor(cursor)
    before = None if position is None else position[1]
    found = movements_of_variant(tx, variant_id=variant_id, before_id=before, limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.at, one.id))
    return Movements(items=[_describe_movement(one) for one in shown], cursor=following)


def _describe(tx: Tx, variant_id: int) -> StockAnswer:
    pools: dict[tuple[PoolKind, str], PoolAnswer] = {}
    for pool in pools_of_variant(tx, variant_id=variant_id):
        before = pools.get((pool.kind, pool.ref))
        pools[pool.kind, pool.ref] = PoolAnswer(
            kind=pool.kind,
            ref=pool.ref,
            on_hand=pool.on_hand + (before.on_hand if before else 0),
            reserved=pool.reserved + (before.reserved if before else 0),
            available=pool.available + (before.available if before else 0),
            sold=pool.sold + (before.sold if before else 0),
            slots=1 + (before.slots if before else 0),
        )
    return StockAnswer(
        variant_id=format_id(variant_id),
        on_hand=sum(pool.on_hand for pool in pools.values()),
        reserved=sum(pool.reserved for pool in pools.values()),
        available=sum(pool.available for pool in pools.values()),
        sold=sum(pool.sold for pool in pools.values()),
        pools=list(pools.values()),
    )


def _describe_movement(one: Movement) -> MovementAnswer:
    return MovementAnswer(
        id=format_id(one.id),
        kind=one.kind,
        ref=one.ref,
        on_hand_change=one.on_hand_change,
        reserved_change=one.reserved_change,
        sold_change=one.sold_change,
        note=one.note,
        by_id=None if one.by_id is None else format_id(one.by_id),
        at=one.at,
    )


route_handlers: Sequence[Any] = (show_stock, count_stock, take_delivery, cut_stock, list_movements)
