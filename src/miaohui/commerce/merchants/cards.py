"""Shops as they appear in messages."""

from miaohui.commerce.merchants.access import access_public_shop
from miaohui.commerce.merchants.queries import picture_url
from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id


@card_kind("shop")
def shop_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A shop that is open to everybody. Raises NotFound."""
    shop = access_public_shop(tx, parse_id(ref))
    return Card(
        kind="shop",
        ref=ref,
        title=shop.name,
        subtitle=shop.intro or None,
        picture=picture_url(shop.avatar),
    )
