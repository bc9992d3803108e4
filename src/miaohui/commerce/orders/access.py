"""Where an order is fetched on somebody's behalf, and the permission with it."""

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.roles import Power
from miaohui.commerce.orders.queries import Order, Trade, order_by_id, trade_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def access_trade(tx: Tx, *, trade_id: int, person_id: int) -> Trade:
    """Return a trade to its buyer. Raises NotFound to everybody else."""
    found = trade_by_id(tx, trade_id)
    if found is None or found.buyer_id != person_id:
        raise NotFound
    return found


def access_order(tx: Tx, *, order_id: int, person_id: int) -> Order:
    """Return an order to its buyer. Raises NotFound to everybody else."""
    found = order_by_id(tx, order_id)
    if found is None or found.buyer_id != person_id:
        raise NotFound
    return found


def access_order_of_shop(tx: Tx, *, shop_id: int, order_id: int, account_id: int, to: Power = "view") -> Order:
    """Return a paid order to those of its shop who have the power. Raises NotFound, Forbidden."""
    access_shop(tx, shop_id=shop_id, account_id=account_id, to=to)
    found = order_by_id(tx, order_id)
    if found is None or found.shop_id != shop_id or found.paid_at is None:
        raise NotFound
    return found
