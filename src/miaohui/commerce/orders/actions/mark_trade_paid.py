"""Take note that a trade is paid, and let its orders go on."""

from functools import cache

import sqlalchemy as sa

from miaohui.commerce.inventory.actions.commit_stock import commit_stock
from miaohui.commerce.orders.events import OrderPaid
from miaohui.commerce.orders.queries import OrderLine, lines_of_trade, orders_of_trade, trade_by_id
from miaohui.commerce.orders.states import SHIP_WITHIN, note_moves
from miaohui.commerce.orders.tables import shop_order, trade
from miaohui.commerce.promotions.actions.use_coupons import use_coupons
from miaohui.kit.db import Prepared, Tx
from miaohui.money.ledger.accounts import escrow, promoter, refund_payable
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.request_refund import request_refund
from miaohui.money.settlement.actions.open_lines import Hop, NewLine, open_lines

WAITING: sa.ColumnElement[bool] = trade.c.state == "created"
"""The condition that decides: of a notice, a question and a second notice one pays, the others change nothing."""


def mark_trade_paid(tx: Tx, *, trade_id: int, payment_id: int) -> None:
    """Move a trade's orders to paid, sell its stock, use its coupons and open its settlement; again changes nothing.

    Should the trade be closed by now, the money goes back by itself.
    """
    if settle_as_paid(tx, trade_id=trade_id, payment_id=payment_id):
        return
    # Read only now: before the UPDATE, a competitor's success could not be seen yet.
    found = trade_by_id(tx, trade_id)
    if found is None:
        raise LookupError(f"there is no trade {trade_id}")
    if found.payment_id != payment_id:
        _send_back(tx, trade_id=trade_id, payment_id=payment_id)


def settle_as_paid(tx: Tx, *, trade_id: int, payment_id: int | None) -> bool:
    """Do what follows from a payment, once; return whether the trade was waiting for it."""
    if not tx.changed(_pay_if(WAITING), trade=trade_id, paid_at=tx.now, payment_id=payment_id):
        return False
    orders = tx.rows(_PAY_ORDERS, trade=trade_id, paid_at=tx.now, ship_by=tx.now + SHIP_WITHIN)
    shops = {order.id: order.shop_id for order in orders}
    note_moves(tx, order_ids=sorted(shops), origin="created", target="paid", reason="paid", by_id=None)
    lines = lines_of_trade(tx, trade_id)
    commit_stock(tx, order_line_ids=[line.id for line in lines])
    use_coupons(tx, trade_id=trade_id)
    currency: str = orders[0].currency
    open_lines(tx, lines=[_new_line(line, shops[line.order_id], payment_id) for line in lines], currency=currency)
    for order in orders:
        tx.emit(OrderPaid(order_id=order.id, trade_id=trade_id, shop_id=order.shop_id, buyer_id=order.buyer_id))
    return True


@cache
def _pay_if(condition: sa.ColumnElement[bool]) -> Prepared:
    return Prepared(
        sa.update(trade)
        .where(trade.c.id == sa.bindparam("trade"), condition)
        .values(state="paid", paid_at=sa.bindparam("paid_at"), payment_id=sa.bindparam("payment_id"))
    )


_PAY_ORDERS = Prepared(
    sa.update(shop_order)
    .where(shop_order.c.trade_id == sa.bindparam("trade"), shop_order.c.state == "created")
    .values(state="paid", paid_at=sa.bindparam("paid_at"), ship_by=sa.bindparam("ship_by"))
    .returning(shop_order.c.id, shop_order.c.shop_id, shop_order.c.buyer_id, shop_order.c.currency)
)


def _new_line(line: OrderLine, shop_id: int, payment_id: int | None) -> NewLine:
    # Whom the seller thanks was decided when the order was placed; what the offer says today does not count.
    thanked = line.promoter_id is not None and line.commission_bp > 0
    return NewLine(
        order_line_id=line.id,
        order_id=line.order_id,
        shop_id=shop_id,
        payment_id=payment_id,
        paid_minor=line.payable_minor,
        platform_subsidy_minor=line.platform_subsidy_minor,
        ad_subsidy_minor=line.ad_subsidy_minor,
        ad_account=line.ad_account,
        goods_minor=line.goods_minor - line.discount_minor,
        fee_bp=line.fee_bp,
        hops=[Hop(promoter(line.promoter_id), line.commission_bp)] if thanked and line.promoter_id else [],
    )


def _send_back(tx: Tx, *, trade_id: int, payment_id: int) -> None:
    """Return money that came for a closed trade: out of escrow, and to the payer."""
    ref = f"closed-trade:{trade_id}:{payment_id}"
    orders = [order for order in orders_of_trade(tx, trade_id) if order.payable_minor]
    legs = [Leg(escrow(order.id), refund_payable(), order.payable_minor) for order in orders]
    entry = post_entry(tx, kind="orders.sent_back", ref=ref, currency=orders[0].currency, legs=legs)
    if entry.is_new:
        total = sum(order.payable_minor for order in orders)
        request_refund(tx, payment_id=payment_id, amount_minor=total, ref=ref, reason="the order had been closed")
