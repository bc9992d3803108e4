"""What orders lock, and in which order.

1. the trade: paying, giving up and beginning to pay meet here
2. an order: shipping, refunding and receiving meet here
3. what the neighbours lock: stock, coupons, payments, settlement, the ledger, each in its own order

On SQLite there is one writer, and nothing to lock.
"""

import sqlalchemy as sa

from miaohui.commerce.orders.queries import Order, Trade, order_by_id, trade_by_id
from miaohui.commerce.orders.tables import shop_order, trade
from miaohui.kit.db import Prepared, Tx


def lock_trade(tx: Tx, trade_id: int) -> Trade | None:
    """Hold a trade, and return it as it stands now."""
    if tx.dialect == "postgresql":
        tx.rows(_HOLD_TRADE, trade_id=trade_id)
    return trade_by_id(tx, trade_id)


def lock_order(tx: Tx, order_id: int) -> Order | None:
    """Hold an order, and return it as it stands now."""
    if tx.dialect == "postgresql":
        tx.rows(_HOLD_ORDER, order_id=order_id)
    return order_by_id(tx, order_id)


_HOLD_TRADE = Prepared(sa.select(trade.c.id).where(trade.c.id == sa.bindparam("trade_id")).with_for_update())
_HOLD_ORDER = Prepared(sa.select(shop_order.c.id).where(shop_order.c.id == sa.bindparam("order_id")).with_for_update())
