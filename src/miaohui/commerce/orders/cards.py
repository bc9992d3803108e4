"""Orders as they appear in messages: to their buyer, and to the staff of their shop once they are paid."""

from miaohui.commerce.merchants.queries import picture_url, role_in_shop, shop_cards
from miaohui.commerce.orders.queries import lines_of_orders, order_by_id
from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id


@card_kind("order")
def order_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """An order; its address leads the buyer to the order and the staff to their console."""
    found = order_by_id(tx, parse_id(ref))
    if found is None:
        return None
    is_buyer = found.buyer_id == viewer_id
    if not is_buyer and (
        found.paid_at is None or role_in_shop(tx, shop_id=found.shop_id, account_id=viewer_id) is None
    ):
        return None
    lines = lines_of_orders(tx, [found.id])
    shop = shop_cards(tx, [found.shop_id]).get(found.shop_id)
    return Card(
        kind="order",
        ref=ref,
        title=lines[0].title if lines else ref,
        subtitle=None if shop is None else shop.name,
        picture=picture_url(lines[0].picture) if lines else None,
        url=f"/orders/{ref}" if is_buyer else f"/shop/{found.shop_id}/orders/{ref}",
        price_minor=found.payable_minor,
        currency=found.currency,
    )
