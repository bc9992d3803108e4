"""Say what an order's cover costs, and keep it."""

from miaohui.care.insurance.premium import Premium, premium_for
from miaohui.care.insurance.queries import Policy, policy_of_order, returns_of
from miaohui.care.insurance.states import note_move
from miaohui.care.insurance.tables import freight_policy
from miaohui.commerce.orders.queries import lines_of_orders, order_by_id
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id


def quote_premium(tx: Tx, *, shop_id: int, category_id: int) -> Premium:
    """Return what a cover costs this shop in this category now."""
    return premium_for(
        shop=returns_of(tx, category_id=category_id, shop_id=shop_id),
        category=returns_of(tx, category_id=category_id),
    )


def quote_cover(tx: Tx, *, order_id: int) -> Policy | None:
    """Freeze the premium of an order that is sold with insurance; again returns the first quote.

    None for an order that is sold without. The order's category is that of its dearest line.
    """
    order = order_by_id(tx, order_id)
    if order is None or not order.insured:
        return None
    dearest = max(lines_of_orders(tx, [order_id]), key=lambda line: line.goods_minor)
    premium = quote_premium(tx, shop_id=order.shop_id, category_id=dearest.category_id)
    row = {
        "id": new_id(),
        "order_id": order_id,
        "shop_id": order.shop_id,
        "buyer_id": order.buyer_id,
        "category_id": dearest.category_id,
        "currency": order.currency,
        "cover_minor": premium.cover_minor,
        "premium_minor": premium.premium_minor,
        "premium_due_minor": 0,
        "return_rate_bp": premium.return_rate_bp,
        "state": "quoted",
        "quoted_at": tx.now,
    }
    if insert_if_absent(tx, freight_policy, row):
        policy_id = int(str(row["id"]))
        note_move(tx, policy_id=policy_id, what="policy", origin=None, target="quoted", reason="order paid")
    return policy_of_order(tx, order_id)
