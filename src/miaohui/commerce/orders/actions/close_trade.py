"""Give up a trade that nobody has paid for."""

import sqlalchemy as sa

from miaohui.commerce.inventory.actions.release_stock import release_stock
from miaohui.commerce.orders.events import OrderClosed
from miaohui.commerce.orders.locks import lock_trade
from miaohui.commerce.orders.queries import lines_of_trade
from miaohui.commerce.orders.states import CloseReason, note_moves
from miaohui.commerce.orders.tables import shop_order, trade
from miaohui.commerce.promotions.actions.return_coupons import return_coupons
from miaohui.kit.db import Tx
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.locks import lock_subject
from miaohui.money.payments.queries import open_payment_of, success_of

WAITING: sa.ColumnElement[bool] = trade.c.state == "created"
"""The condition that decides, whatever was read before: what is paid is not closed, and nothing is closed twice."""


def close_trade(tx: Tx, *, trade_id: int, reason: CloseReason, by_id: int | None) -> bool:
    """Close an unpaid trade with all its orders; return whether it was there to be closed.

    Exactly what it kept goes back: stock, coupons. A payment under way is closed with it, and its money, if
    it still comes, is late and goes back. False if it is paid, also where that is only just being taken note of.
    """
    found = lock_trade(tx, trade_id)
    if found is None or found.state != "created":
        return False
    lock_subject(tx, purpose="trade", subject_id=trade_id)
    if success_of(tx, purpose="trade", subject_id=trade_id) is not None:
        return False
    if not tx.changed(sa.update(trade).where(trade.c.id == trade_id, WAITING).values(state="closed")):
        return False
    attempt = open_payment_of(tx, purpose="trade", subject_id=trade_id)
    if attempt is not None:
        close_payment(tx, payment_id=attempt.id, reason=reason)
    orders = tx.execute(
        sa.update(shop_order)
        .where(shop_order.c.trade_id == trade_id, shop_order.c.state == "created")
        .values(state="closed", closed_at=tx.now, close_reason=reason)
        .returning(shop_order.c.id, shop_order.c.shop_id)
    ).all()
    ids = sorted(order.id for order in orders)
    note_moves(tx, order_ids=ids, origin="created", target="closed", reason=reason, by_id=by_id)
    release_stock(tx, order_line_ids=[line.id for line in lines_of_trade(tx, trade_id)], reason=reason)
    return_coupons(tx, trade_id=trade_id)
    for order in orders:
        tx.emit(
            OrderClosed(
                order_id=order.id,
                trade_id=trade_id,
                shop_id=order.shop_id,
                buyer_id=found.buyer_id,
                reason=reason,
            )
        )
    return True
