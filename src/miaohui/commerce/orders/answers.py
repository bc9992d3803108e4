"""Orders as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.queries import ShopCard, shop_cards
from miaohui.commerce.orders.access import access_order, access_order_of_shop, access_trade
from miaohui.commerce.orders.actions.place_order import PlacedTrade
from miaohui.commerce.orders.queries import (
    Order,
    OrderLine,
    Share,
    count_by_state,
    lines_of_orders,
    moves_of_order,
    orders_of_buyer,
    orders_of_shop,
    orders_of_trade,
    shares_of_lines,
)
from miaohui.commerce.orders.states import MOVES, OrderState, TradeState, wechat_code
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.paging import InvalidCursor

NextAct = Literal["pay", "ship", "receive"]
"""pay, receive: the buyer's turn; ship: the shop's. Where the buyer is silent, receiving happens by itself."""


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What comes next, whose turn it is, and what the silence of that one brings about, and when."""

    act: NextAct
    whose: Literal["buyer", "shop"]
    by: datetime | None
    then: Literal["closed", "late", "completed"]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an order. state: the one that it led to."""

    state: OrderState
    reason: str
    at: datetime


class ShareAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one discount took off a line, and of that what others than the shop bear."""

    step: str
    label: str
    amount_minor: int
    platform_minor: int
    ad_minor: int


class LineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was frozen. payable_minor: goods less discounts plus its part of the freight.

    left_to_send: units neither shipped nor given up before that.
    """

    id: Id
    product_id: Id
    variant_id: Id
    title: str
    options: dict[str, str]
    picture: str | None
    quantity: int
    list_price_minor: int
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    return_days: int
    source_kind: str
    source_id: Id | None
    shipped: int
    left_to_send: int
    refunded_quantity: int
    refunded_minor: int
    shares: list[ShareAnswer]


class OrderShop(msgspec.Struct, frozen=True, kw_only=True):
    """Who sells."""

    id: Id
    name: str
    avatar_url: str | None


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An order. next: what comes now and by when; null when nothing does. timeline: what was, oldest first.

    wechat_code: WeChat Shop's number for the state. timeline and shares are empty in lists.
    """

    id: Id
    trade_id: Id
    shop: OrderShop
    buyer_id: Id
    state: OrderState
    wechat_code: int
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    refunded_minor: int
    currency: str
    address: dict[str, Any]
    note: str
    insured: bool
    placed_at: datetime
    pay_by: datetime
    paid_at: datetime | None
    ship_by: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    receive_by: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None
    next: Next | None
    lines: list[LineAnswer]
    timeline: list[Moment]


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """A page of orders, newest first. cursor: for the next one; null at the end. counts: by state, of all pages."""

    items: list[OrderAnswer]
    cursor: str | None
    counts: dict[str, int]


class TradeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A trade: what is paid at once. orders: one for each shop."""

    id: Id
    state: TradeState
    payable_minor: int
    currency: str
    pay_by: datetime
    order_ids: list[Id]


def read_trade(tx: Tx, *, trade_id: int, person_id: int) -> TradeAnswer:
    """Return a trade to its buyer. Raises NotFound."""
    found = access_trade(tx, trade_id=trade_id, person_id=person_id)
    return TradeAnswer(
        id=format_id(found.id),
        state=found.state,
        payable_minor=found.payable_minor,
        currency=found.currency,
        pay_by=found.pay_by,
        order_ids=[format_id(one.id) for one in orders_of_trade(tx, trade_id)],
    )


def describe_placed(one: PlacedTrade) -> TradeAnswer:
    """Return what came of a quote as the API shows it."""
    return TradeAnswer(
        id=format_id(one.trade_id),
        state=one.state,
        payable_minor=one.payable_minor,
        currency=one.currency,
        pay_by=one.pay_by,
        order_ids=[format_id(order_id) for order_id in one.order_ids],
    )


def read_order(tx: Tx, *, order_id: int, person_id: int) -> OrderAnswer:
    """Return an order with its timeline to its buyer. Raises NotFound."""
    return describe_order(tx, access_order(tx, order_id=order_id, person_id=person_id))


def read_order_of_shop(tx: Tx, *, shop_id: int, order_id: int, account_id: int) -> OrderAnswer:
    """Return an order with its timeline to those who work in its shop. Raises NotFound."""
    return describe_order(tx, access_order_of_shop(tx, shop_id=shop_id, order_id=order_id, account_id=account_id))


def read_orders(tx: Tx, *, buyer_id: int, states: Sequence[OrderState], cursor: str | None, limit: int) -> Orders:
    """Return a page of a person's own orders. Raises InvalidCursor."""
    found = orders_of_buyer(tx, buyer_id=buyer_id, states=states, before_id=_before(cursor), limit=limit + 1)
    return _page(tx, found, limit=limit, counts=count_by_state(tx, buyer_id=buyer_id))


def read_orders_of_shop(
    tx: Tx, *, shop_id: int, account_id: int, states: Sequence[OrderState], cursor: str | None, limit: int
) -> Orders:
    """Return a page of a shop's paid orders to those who work there. Raises NotFound, InvalidCursor."""
    access_shop(tx, shop_id=shop_id, account_id=account_id, to="view")
    found = orders_of_shop(tx, shop_id=shop_id, states=states, before_id=_before(cursor), limit=limit + 1)
    return _page(tx, found, limit=limit, counts=count_by_state(tx, shop_id=shop_id))


def describe_order(tx: Tx, order: Order) -> OrderAnswer:
    """Return one order with its timeline, whoever asks."""
    lines = lines_of_orders(tx, [order.id])
    shares = shares_of_lines(tx, [line.id for line in lines])
    cards = shop_cards(tx, [order.shop_id])
    timeline = [
        Moment(state=move.to_state, reason=_reason(move.reason), at=move.at) for move in moves_of_order(tx, order.id)
    ]
    return _order(order, lines, cards, shares=shares, timeline=timeline)


def _reason(reason: str) -> str:
    """Return why without the reference that only we need."""
    return "refund" if reason.startswith("refund ") else reason


def next_of(order: Order) -> Next | None:
    """Return what comes next for an order, and by when; None where nothing does."""
    if order.state == "created":
        return Next(act="pay", whose="buyer", by=order.pay_by, then="closed")
    if order.state in ("paid", "part_shipped"):
        return Next(act="ship", whose="shop", by=order.ship_by, then="late")
    if order.state == "shipped":
        return Next(act="receive", whose="buyer", by=order.receive_by, then="completed")
    return None


def _page(tx: Tx, found: Sequence[Order], *, limit: int, counts: Mapping[OrderState, int]) -> Orders:
    shown = found[:limit]
    lines = lines_of_orders(tx, [one.id for one in shown])
    cards = shop_cards(tx, [one.shop_id for one in shown])
    return Orders(
        items=[_order(one, [line for line in lines if line.order_id == one.id], cards) for one in shown],
        cursor=format_id(shown[-1].id) if len(found) > limit else None,
        counts={state: counts.get(state, 0) for state in MOVES},
    )


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise InvalidCursor
    return parse_id(cursor)


def _order(
    order: Order,
    lines: Sequence[OrderLine],
    cards: Mapping[int, ShopCard],
    *,
    shares: Sequence[Share] = (),
    timeline: Sequence[Moment] = (),
) -> OrderAnswer:
    card = cards[order.shop_id]
    same = {name: getattr(order, name) for name in _SAME}
    return OrderAnswer(
        **same,
        id=format_id(order.id),
        trade_id=format_id(order.trade_id),
        buyer_id=format_id(order.buyer_id),
        shop=OrderShop(id=format_id(card.id), name=card.name, avatar_url=card.avatar_url),
        wechat_code=wechat_code(order.state, order.close_reason),
        refunded_minor=sum(line.refunded_minor for line in lines),
        next=next_of(order),
        lines=[_line(line, shares) for line in lines],
        timeline=list(timeline),
    )


def _line(line: OrderLine, shares: Sequence[Share]) -> LineAnswer:
    same = {name: getattr(line, name) for name in _SAME_OF_LINE}
    return LineAnswer(
        **same,
        id=format_id(line.id),
        product_id=format_id(line.product_id),
        variant_id=format_id(line.variant_id),
        source_id=None if line.source_id is None else format_id(line.source_id),
        shares=[
            ShareAnswer(**{name: getattr(share, name) for name in ShareAnswer.__struct_fields__})
            for share in shares
            if share.order_line_id == line.id
        ],
    )


_OWN = {"id", "trade_id", "buyer_id", "product_id", "variant_id", "source_id", "shares"}
_SAME = [name for name in OrderAnswer.__struct_fields__ if name in Order.__struct_fields__ and name not in _OWN]
_SAME_OF_LINE = [name for name in LineAnswer.__struct_fields__ if hasattr(OrderLine, name) and name not in _OWN]
