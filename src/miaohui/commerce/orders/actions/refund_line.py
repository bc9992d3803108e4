"""Give money of a line back to the buyer."""

import sqlalchemy as sa

from miaohui.commerce.inventory.actions.release_stock import release_units
from miaohui.commerce.inventory.actions.restock import restock as restock_units
from miaohui.commerce.orders.actions.mark_shipped import count_as_shipped
from miaohui.commerce.orders.events import LineRefunded, OrderClosed
from miaohui.commerce.orders.locks import lock_order
from miaohui.commerce.orders.queries import Order, OrderLine, line_by_id, lines_of_orders, orders_of_trade, trade_by_id
from miaohui.commerce.orders.refunds import Refundable, refundable_of, subsidies_of
from miaohui.commerce.orders.states import OrderNotInState, move_order, note_moves
from miaohui.commerce.orders.tables import order_line, order_move
from miaohui.commerce.promotions.actions.return_coupons import return_coupons
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound
from miaohui.kit.ids import format_id
from miaohui.money.payments.actions.request_refund import request_refund
from miaohui.money.payments.queries import Refund, refund_by_ref
from miaohui.money.settlement.actions.fund_refund import fund_refund


class RefundBeyondLine(Conflict):
    """More would go back than is left of the line. Data: order_line_id, left_minor, left_quantity."""

    code = "refund_beyond_line"
    title = "That is more than is left of what was bought"


def refundable(tx: Tx, *, order_line_id: int, quantity: int) -> Refundable:
    """Return what giving up so many more units of a line is worth now. Raises NotFound."""
    found = line_by_id(tx, order_line_id)
    if found is None:
        raise NotFound
    return refundable_of(found, quantity)


def refund_line(
    tx: Tx,
    *,
    order_line_id: int,
    quantity: int,
    paid_minor: int,
    ref: str,
    reason: str,
    restock: bool,
    by_id: int | None = None,
    from_shipped: bool | None = None,
) -> Refund | None:
    """Refund units of a line, or a part of its price with quantity 0; return the refund, None if nothing was paid.

    paid_minor: what the buyer gets; platform and advertiser get their parts in proportion. ref: why, such as
    `aftersale:88`; the same again returns the first refund. restock: the units came back and can be sold again.
    from_shipped: whether the units are ones that had left; None takes unsent ones first. What had not left goes
    back to the stock. An order of which all is refunded before anything left is closed; one whose unsent rest
    is refunded counts as shipped. Raises NotFound, OrderNotInState for an order that is not paid, and
    RefundBeyondLine.
    """
    line = line_by_id(tx, order_line_id)
    order = None if line is None else lock_order(tx, line.order_id)
    line = line_by_id(tx, order_line_id)
    if line is None or order is None:
        raise NotFound
    note = f"refund {ref}"
    same = sa.select(order_move.c.id).where(order_move.c.order_id == order.id, order_move.c.reason == note)
    if tx.scalar(same.limit(1)) is not None:
        return refund_by_ref(tx, ref)
    if order.paid_at is None or order.state == "closed":
        raise OrderNotInState(state=order.state)
    platform_minor, ad_minor = subsidies_of(line, paid_minor=paid_minor, quantity=quantity)
    unsent = 0 if from_shipped or restock else min(quantity, line.left_to_send)
    _count(tx, line, quantity=quantity, unsent=unsent, paid_minor=paid_minor)
    if unsent:
        release_units(tx, order_line_id=line.id, quantity=unsent, ref=ref, reason=reason)
    if restock and quantity:
        restock_units(tx, order_line_id=line.id, quantity=quantity, ref=ref)
    note_moves(tx, order_ids=[order.id], origin=order.state, target=order.state, reason=note, by_id=by_id)
    fund_refund(
        tx,
        order_line_id=line.id,
        paid_minor=paid_minor,
        platform_minor=platform_minor,
        ad_minor=ad_minor,
        ref=ref,
    )
    refund = _ask_provider(tx, order, paid_minor=paid_minor, ref=ref, reason=reason)
    tx.emit(
        LineRefunded(
            order_line_id=line.id,
            order_id=order.id,
            shop_id=order.shop_id,
            buyer_id=order.buyer_id,
            quantity=quantity,
            paid_minor=paid_minor,
            ref=ref,
        )
    )
    _move_on(tx, order, by_id=by_id)
    return refund


def _count(tx: Tx, line: OrderLine, *, quantity: int, unsent: int, paid_minor: int) -> None:
    row = order_line.c
    within = sa.and_(
        row.id == line.id,
        row.refunded_quantity + quantity <= row.quantity,
        row.refunded_minor + paid_minor <= row.payable_minor,
        row.shipped + row.cancelled + unsent <= row.quantity,
    )
    counted = {
        "refunded_quantity": row.refunded_quantity + quantity,
        "refunded_minor": row.refunded_minor + paid_minor,
        "cancelled": row.cancelled + unsent,
    }
    if min(quantity, paid_minor) < 0 or not tx.changed(sa.update(order_line).where(within).values(counted)):
        raise RefundBeyondLine(
            order_line_id=format_id(line.id),
            left_minor=line.payable_minor - line.refunded_minor,
            left_quantity=line.quantity - line.refunded_quantity,
        )


def _ask_provider(tx: Tx, order: Order, *, paid_minor: int, ref: str, reason: str) -> Refund | None:
    trade = trade_by_id(tx, order.trade_id)
    if paid_minor == 0 or trade is None or trade.payment_id is None:
        return None
    return request_refund(tx, payment_id=trade.payment_id, amount_minor=paid_minor, ref=ref, reason=reason)


def _move_on(tx: Tx, order: Order, *, by_id: int | None) -> None:
    """Close an order that has nothing left, or count it as shipped when nothing is left to send."""
    lines = lines_of_orders(tx, [order.id])
    if any(line.left_to_send for line in lines):
        return
    if order.state == "paid":
        values = {"closed_at": tx.now, "close_reason": "refunded"}
        move_order(tx, order_id=order.id, origin="paid", target="closed", reason="refunded", by_id=by_id, **values)
        tx.emit(
            OrderClosed(
                order_id=order.id,
                trade_id=order.trade_id,
                shop_id=order.shop_id,
                buyer_id=order.buyer_id,
                reason="refunded",
            )
        )
        # A coupon comes back only when nothing is left of what it was used for.
        if all(one.state == "closed" for one in orders_of_trade(tx, order.trade_id)):
            return_coupons(tx, trade_id=order.trade_id)
    elif order.state == "part_shipped":
        count_as_shipped(tx, order, by_id=by_id, reason="the rest was refunded")
