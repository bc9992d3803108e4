"""Shops as they appear in messages."""

from miaohui.commerce.merchants.access import access_visited_shop
from miaohui.commerce.merchants.queries import picture_url
from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id


@card_kind("shop")
def shop_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A shop that sells, and with whose owner no block lies between. Raises NotFound."""
    shop = access_visited_shop(tx, shop_id=parse_id(ref), viewer_id=viewer_id)
    return Card(
        kind="shop",
        ref=ref,
        title=shop.name,
        subtitle=shop.intro or None,
        picture=picture_url(shop.avatar),
        url=f"/shops/{ref}",
    )
