"""Make a quote into a trade: one order for each shop, with everything frozen."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from miaohui.commerce.cart.actions.remove_from_cart import remove_from_cart
from miaohui.commerce.checkout.actions.make_quote import check_quote
from miaohui.commerce.checkout.quotes import Quote, QuotedLine, QuotedShop, quote_of
from miaohui.commerce.inventory.actions.hold_stock import Want, hold_stock
from miaohui.commerce.orders.actions.mark_trade_paid import settle_as_paid
from miaohui.commerce.orders.events import OrderPlaced
from miaohui.commerce.orders.queries import orders_of_trade, trade_by_id, trade_of_quote
from miaohui.commerce.orders.states import PAY_WITHIN, TradeState, note_moves
from miaohui.commerce.orders.tables import order_line, order_line_share, shop_order, trade
from miaohui.commerce.promotions.actions.lock_coupons import lock_coupons
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.idempotency import remember
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job


class PlacedTrade(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a quote. state: `paid` at once where nothing was to be paid."""

    trade_id: int
    order_ids: tuple[int, ...]
    state: TradeState
    payable_minor: int
    currency: str
    pay_by: datetime


def place_order(
    tx: Tx, *, buyer_id: int, quote_id: int, key: str | None = None, request_hash: bytes = b""
) -> PlacedTrade:
    """Order what a quote offers, at the price that it shows.

    Stock and coupons are kept until `pay_by`; then what nobody has paid for is closed by itself. A quote
    becomes a trade once: asking again, with whatever key, gets the first one. key, request_hash: see
    kit.idempotency. Raises NotFound, QuoteExpired, QuoteChanged, NotForSale, OutOfStock, whatever coupons
    refuse, and IdempotencyKeyReused; then nothing has been ordered.
    """
    return remember(
        tx,
        actor_id=buyer_id,
        key=key,
        request_hash=request_hash,
        compute=lambda: _place(tx, buyer_id=buyer_id, quote_id=quote_id),
        kind=PlacedTrade,
    )


def _place(tx: Tx, *, buyer_id: int, quote_id: int) -> PlacedTrade:
    offered = quote_of(tx, quote_id=quote_id, buyer_id=buyer_id)
    trade_id = new_id()
    pay_by = tx.now + PAY_WITHIN
    row = {
        "id": trade_id,
        "buyer_id": buyer_id,
        "quote_id": quote_id,
        "state": "created",
        "payable_minor": offered.total_minor,
        "currency": offered.currency,
        "placed_at": tx.now,
        "pay_by": pay_by,
    }
    # On PostgreSQL this waits for a competitor who makes a trade of the same quote at this moment.
    if not insert_if_absent(tx, trade, row):
        return _first_result(tx, quote_id)
    check_quote(tx, offered)
    orders = {shop.shop_id: new_id() for shop in offered.shops}
    _write_orders(tx, offered, trade_id=trade_id, orders=orders, pay_by=pay_by)
    _write_lines(tx, offered, orders)
    note_moves(tx, order_ids=list(orders.values()), origin=None, target="created", reason="placed", by_id=buyer_id)
    hold_stock(tx, wants=[_want(line) for line in offered.lines])
    if offered.coupon_ids:
        lock_coupons(tx, coupon_ids=offered.coupon_ids, owner_id=buyer_id, trade_id=trade_id)
    if offered.wish.from_cart:
        remove_from_cart(tx, account_id=buyer_id, variant_ids=[line.variant_id for line in offered.lines])
    for shop_id, order_id in orders.items():
        tx.emit(OrderPlaced(order_id=order_id, trade_id=trade_id, shop_id=shop_id, buyer_id=buyer_id, pay_by=pay_by))
    if offered.total_minor == 0:
        settle_as_paid(tx, trade_id=trade_id, payment_id=None)
    else:
        stage_job(tx, "orders.close_unpaid", unique_key=f"close_unpaid:{trade_id}", run_at=pay_by, trade_id=trade_id)
    return PlacedTrade(
        trade_id=trade_id,
        order_ids=tuple(orders.values()),
        state="paid" if offered.total_minor == 0 else "created",
        payable_minor=offered.total_minor,
        currency=offered.currency,
        pay_by=pay_by,
    )


def _first_result(tx: Tx, quote_id: int) -> PlacedTrade:
    first = trade_of_quote(tx, quote_id)
    if first is None:
        raise RuntimeError("a new id was drawn twice")
    return placed(tx, first.id)


def placed(tx: Tx, trade_id: int) -> PlacedTrade:
    """Return how a trade stands now, in the form in which placing it answered."""
    found = trade_by_id(tx, trade_id)
    if found is None:
        raise LookupError(f"there is no trade {trade_id}")
    return PlacedTrade(
        trade_id=found.id,
        order_ids=tuple(order.id for order in orders_of_trade(tx, trade_id)),
        state=found.state,
        payable_minor=found.payable_minor,
        currency=found.currency,
        pay_by=found.pay_by,
    )


def _write_orders(tx: Tx, offered: Quote, *, trade_id: int, orders: dict[int, int], pay_by: datetime) -> None:
    address = msgspec.structs.asdict(offered.address)
    for unwanted in ("id", "is_default"):
        del address[unwanted]

    def row(shop: QuotedShop) -> dict[str, object]:
        return {
            "id": orders[shop.shop_id],
            "trade_id": trade_id,
            "shop_id": shop.shop_id,
            "buyer_id": offered.buyer_id,
            "state": "created",
            "goods_minor": shop.goods_minor,
            "discount_minor": shop.discount_minor,
            "freight_minor": shop.freight_minor,
            "payable_minor": shop.payable_minor,
            "currency": offered.currency,
            "address": address,
            "note": shop.note,
            "insured": shop.insured,
            "placed_at": tx.now,
            "pay_by": pay_by,
        }

    tx.insert(shop_order, [row(shop) for shop in offered.shops])


def _write_lines(tx: Tx, offered: Quote, orders: dict[int, int]) -> None:
    rows = []
    shares = []
    for shop in offered.shops:
        for position, line in enumerate(shop.lines):
            rows.append(_line_row(line, order_id=orders[shop.shop_id], position=position))
            shares += list(_share_rows(line))
    tx.insert(order_line, rows)
    tx.insert(order_line_share, shares)


def _line_row(line: QuotedLine, *, order_id: int, position: int) -> dict[str, object]:
    row = {name: getattr(line, name) for name in _SAME}
    row |= {"id": line.line_id, "order_id": order_id, "position": position}
    row |= {"source_kind": line.source.kind, "source_id": line.source.id}
    return row | {"shipped": 0, "cancelled": 0, "refunded_quantity": 0, "refunded_minor": 0}


def _share_rows(line: QuotedLine) -> Iterable[dict[str, object]]:
    for position, share in enumerate(line.shares):
        yield {"order_line_id": line.line_id, "position": position, **msgspec.structs.asdict(share)}


def _want(line: QuotedLine) -> Want:
    return Want(
        order_line_id=line.line_id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        pool_kind=line.pool_kind,
        pool_ref=line.pool_ref,
    )


_SAME = tuple(name for name in QuotedLine.__struct_fields__ if name in order_line.c)
