"""Reads of trades, orders and their lines."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.orders.states import OrderState, TradeState
from miaohui.commerce.orders.tables import order_line, order_line_share, order_move, shop_order, trade
from miaohui.kit.db import Prepared, Tx


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One checkout, paid at once. payment_id: the payment that has paid for it."""

    id: int
    buyer_id: int
    quote_id: int
    state: TradeState
    payable_minor: int
    currency: str
    payment_id: int | None
    placed_at: datetime
    pay_by: datetime
    paid_at: datetime | None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What one shop has of a trade. address: as it was on that day."""

    id: int
    trade_id: int
    shop_id: int
    buyer_id: int
    state: OrderState
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
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


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was frozen, with what has been shipped and refunded of it since."""

    id: int
    order_id: int
    position: int
    product_id: int
    variant_id: int
    category_id: int
    title: str
    options: dict[str, str]
    picture: str | None
    weight_g: int
    quantity: int
    list_price_minor: int
    goods_minor: int
    discount_minor: int
    freight_minor: int
    payable_minor: int
    platform_subsidy_minor: int
    ad_subsidy_minor: int
    ad_account: str | None
    pool_kind: Literal["shelf", "flash", "room"]
    pool_ref: str
    fee_bp: int
    commission_bp: int
    promoter_id: int | None
    return_days: int
    source_kind: str
    source_id: int | None
    shipped: int
    cancelled: int
    """Units given up before they were sent; they are among the refunded ones."""
    refunded_quantity: int
    refunded_minor: int

    @property
    def left_to_send(self) -> int:
        return self.quantity - self.shipped - self.cancelled


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A line's part of one discount, and who bears it."""

    order_line_id: int
    position: int
    step: str
    label: str
    ref: str
    amount_minor: int
    shop_minor: int
    platform_minor: int
    ad_minor: int
    ad_account: str | None


class OrderMove(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to an order, when and why."""

    from_state: OrderState | None
    to_state: OrderState
    reason: str
    by_id: int | None
    at: datetime


_TRADE = tuple(trade.c[field] for field in Trade.__struct_fields__)
_ORDER = tuple(shop_order.c[field] for field in Order.__struct_fields__)
_LINE = tuple(order_line.c[field] for field in OrderLine.__struct_fields__)
_TRADE_BY_ID = Prepared(sa.select(*_TRADE).where(trade.c.id == sa.bindparam("trade_id")))
_ORDER_BY_ID = Prepared(sa.select(*_ORDER).where(shop_order.c.id == sa.bindparam("order_id")))
_ORDERS_OF_TRADE = Prepared(
    sa.select(*_ORDER).where(shop_order.c.trade_id == sa.bindparam("trade_id")).order_by(shop_order.c.id)
)
_LINES_OF_TRADE = Prepared(
    sa.select(*_LINE)
    .join_from(order_line, shop_order, order_line.c.order_id == shop_order.c.id)
    .where(shop_order.c.trade_id == sa.bindparam("trade_id"))
    .order_by(order_line.c.order_id, order_line.c.position)
)
_LINES_OF_ORDERS = Prepared(
    sa.select(*_LINE)
    .where(order_line.c.order_id.in_(sa.bindparam("order_ids", expanding=True)))
    .order_by(order_line.c.order_id, order_line.c.position)
)


def trade_by_id(tx: Tx, trade_id: int) -> Trade | None:
    """Return a trade, whoever asks."""
    return tx.one(_TRADE_BY_ID, Trade, trade_id=trade_id)


def trade_of_quote(tx: Tx, quote_id: int) -> Trade | None:
    """Return the trade that a quote has become."""
    return tx.one(sa.select(*_TRADE).where(trade.c.quote_id == quote_id), Trade)


def order_by_id(tx: Tx, order_id: int) -> Order | None:
    """Return an order, whoever asks."""
    return tx.one(_ORDER_BY_ID, Order, order_id=order_id)


def orders_of_trade(tx: Tx, trade_id: int) -> list[Order]:
    """Return the orders of a trade by id."""
    return tx.all(_ORDERS_OF_TRADE, Order, trade_id=trade_id)


def lines_of_trade(tx: Tx, trade_id: int) -> list[OrderLine]:
    """Return all lines of a trade, order by order."""
    return tx.all(_LINES_OF_TRADE, OrderLine, trade_id=trade_id)


def lines_of_orders(tx: Tx, order_ids: Iterable[int]) -> list[OrderLine]:
    """Return the lines of these orders, order by order, as they stand on them."""
    wanted = sorted(set(order_ids))
    return tx.all(_LINES_OF_ORDERS, OrderLine, order_ids=wanted) if wanted else []


def line_by_id(tx: Tx, order_line_id: int) -> OrderLine | None:
    """Return a line, whoever asks."""
    return tx.one(sa.select(*_LINE).where(order_line.c.id == order_line_id), OrderLine)


def shares_of_lines(tx: Tx, order_line_ids: Sequence[int]) -> list[Share]:
    """Return the discounts' shares of these lines, line by line in the order of the steps."""
    columns = (order_line_share.c[field] for field in Share.__struct_fields__)
    mine = order_line_share.c.order_line_id.in_(order_line_ids)
    order = (order_line_share.c.order_line_id, order_line_share.c.position)
    return tx.all(sa.select(*columns).where(mine).order_by(*order), Share)


def moves_of_order(tx: Tx, order_id: int) -> list[OrderMove]:
    """Return what happened to an order, oldest first."""
    columns = (order_move.c[field] for field in OrderMove.__struct_fields__)
    return tx.all(sa.select(*columns).where(order_move.c.order_id == order_id).order_by(order_move.c.id), OrderMove)


def orders_of_buyer(
    tx: Tx, *, buyer_id: int, states: Sequence[OrderState] = (), before_id: int | None = None, limit: int = 20
) -> list[Order]:
    """Return a person's orders, newest first."""
    return _page(tx, shop_order.c.buyer_id == buyer_id, states, before_id, limit)


def orders_of_shop(
    tx: Tx, *, shop_id: int, states: Sequence[OrderState] = (), before_id: int | None = None, limit: int = 20
) -> list[Order]:
    """Return a shop's orders, newest first; what nobody has paid for yet is not the shop's to see."""
    mine = sa.and_(shop_order.c.shop_id == shop_id, shop_order.c.paid_at.is_not(None))
    return _page(tx, mine, states, before_id, limit)


def next_to_ship(tx: Tx, *, shop_id: int, limit: int) -> list[Order]:
    """Return what a shop has to send, the most pressing first."""
    waiting = (shop_order.c.shop_id == shop_id, shop_order.c.state.in_(["paid", "part_shipped"]))
    return tx.all(
        sa.select(*_ORDER).where(*waiting).order_by(shop_order.c.ship_by, shop_order.c.id).limit(limit), Order
    )


def open_orders_of_shop(tx: Tx, shop_id: int) -> int:
    """Return how many of a shop's orders are neither completed nor closed."""
    waiting = (shop_order.c.shop_id == shop_id, shop_order.c.state.not_in(["completed", "closed"]))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(shop_order).where(*waiting)))


def count_by_state(tx: Tx, *, buyer_id: int | None = None, shop_id: int | None = None) -> dict[OrderState, int]:
    """Return how many orders a person, or a shop, has in each state."""
    mine = shop_order.c.buyer_id == buyer_id if shop_id is None else shop_order.c.shop_id == shop_id
    counted = sa.select(shop_order.c.state, sa.func.count()).where(mine).group_by(shop_order.c.state)
    return dict(tx.execute(counted).tuples().all())


class Takings(msgspec.Struct, frozen=True, kw_only=True):
    """What buyers have paid a shop in some time, refunds not counted."""

    orders: int
    paid_minor: int


def takings_of_shop(tx: Tx, *, shop_id: int, since: datetime, until: datetime) -> Takings:
    """Return what was paid to a shop from one moment until before another."""
    paid = shop_order.c.paid_at
    summed = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(shop_order.c.payable_minor), 0))
    counted, total = tx.execute(summed.where(shop_order.c.shop_id == shop_id, paid >= since, paid < until)).one()
    return Takings(orders=counted, paid_minor=int(total))


def _page(
    tx: Tx, mine: sa.ColumnElement[bool], states: Sequence[OrderState], before_id: int | None, limit: int
) -> list[Order]:
    query = sa.select(*_ORDER).where(mine)
    if states:
        query = query.where(shop_order.c.state.in_(states))
    if before_id is not None:
        query = query.where(shop_order.c.id < before_id)
    return tx.all(query.order_by(shop_order.c.id.desc()).limit(limit), Order)
