"""Count orders that left and orders that came back; premiums are reckoned from these."""

from typing import Literal

from miaohui.care.insurance.queries import month_of
from miaohui.care.insurance.tables import return_count
from miaohui.commerce.fulfilment.queries import parcels_of_order
from miaohui.commerce.orders.queries import lines_of_orders, order_by_id
from miaohui.kit.db import Tx, insert_or_update


def count_parcel(tx: Tx, *, order_id: int, parcel_id: int, what: Literal["sent", "returned"]) -> bool:
    """Count an order by its first parcel out, or by its first parcel that came back; return whether this was it.

    An order counts in the month in which it left, in the category of its dearest line.
    """
    order = order_by_id(tx, order_id)
    parcels = parcels_of_order(tx, order_id)
    out = [one for one in parcels if one.direction == "out" and one.case_id is None]
    back = [one for one in parcels if one.direction == "back" and one.signed_at is not None]
    # Of two that are signed for before this runs, the one that was signed for first.
    first = min(back, key=lambda one: (one.signed_at, one.id), default=None)
    if what == "sent":
        first = min(out, key=lambda one: one.id, default=None)
    if order is None or not out or first is None or first.id != parcel_id:
        return False
    left_at = min(one.created_at for one in out)
    dearest = max(lines_of_orders(tx, [order_id]), key=lambda line: line.goods_minor)
    key = {"category_id": dearest.category_id, "shop_id": order.shop_id, "month": month_of(left_at)}
    counted = {"sent": int(what == "sent"), "returned": int(what == "returned")}
    changes = {name: return_count.c[name] + more for name, more in counted.items()}
    insert_or_update(tx, return_count, key | counted, key=tuple(key), changes=changes)
    return True
