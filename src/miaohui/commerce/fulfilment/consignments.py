"""What a parcel needs to know of an order: what is left to send, and from where."""

from typing import Any

from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.orders.queries import lines_of_orders
from miaohui.kit.db import Tx


def unsent_units(tx: Tx, order_id: int) -> dict[int, int]:
    """Return the lines of an order of which something is left to send, and how much."""
    return {line.id: line.left_to_send for line in lines_of_orders(tx, [order_id]) if line.left_to_send}


def address_of_shop(tx: Tx, shop_id: int) -> dict[str, Any]:
    """Return where a shop sends from and takes returns; its name alone while it has told no address."""
    shop = shop_by_id(tx, shop_id)
    if shop is None:
        raise LookupError(f"there is no shop {shop_id}")
    return shop.return_address or {"name": shop.name}
