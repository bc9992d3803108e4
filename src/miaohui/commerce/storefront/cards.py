"""Goods as they appear in messages."""

from miaohui.commerce.catalogue.access import access_listed_product
from miaohui.commerce.catalogue.queries import product_cards
from miaohui.commerce.storefront.answers import card_sales
from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id


@card_kind("product")
def product_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A product that anybody may see and buy now. Raises NotFound."""
    product_id = access_listed_product(tx, parse_id(ref)).id
    shown = product_cards(tx, product_ids=[product_id]).get(product_id)
    if shown is None:
        return None
    sale = card_sales(tx, [shown]).get(product_id)
    return Card(
        kind="product",
        ref=ref,
        title=shown.title,
        subtitle=shown.shop_name,
        picture=shown.cover_url,
        url=f"/goods/{ref}",
        price_minor=shown.min_price_minor if sale is None else sale.price_minor,
        currency=shown.currency,
    )
