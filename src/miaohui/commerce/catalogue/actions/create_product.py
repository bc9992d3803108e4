"""Write a product down."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.actions.set_variants import write_variants
from miaohui.commerce.catalogue.drafts import ProductDraft, clean_attributes, clean_body, clean_title, clean_variants
from miaohui.commerce.catalogue.states import note_move
from miaohui.commerce.catalogue.tables import product
from miaohui.commerce.categories.queries import categories_by_id, has_children
from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.names import invalid_field
from miaohui.commerce.merchants.states import ShopNotInState
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id


def create_product(tx: Tx, *, shop_id: int, by_id: int, draft: ProductDraft) -> int:
    """Write a product with its variants down as a draft, and return its id.

    Raises NotFound, Forbidden, ShopNotInState for a shop that is closing, InvalidInput.
    """
    shop = access_shop(tx, shop_id=shop_id, account_id=by_id, to="goods")
    if shop.state in {"closing", "closed"}:
        raise ShopNotInState(state=shop.state)
    check_category(tx, draft.category_id)
    variants = clean_variants(draft.variants)
    prices = [each.price_minor for each in variants]
    product_id = new_id()
    tx.execute(
        sa.insert(product).values(
            id=product_id,
            shop_id=shop_id,
            category_id=draft.category_id,
            title=clean_title(draft.title),
            body=clean_body(draft.body),
            attributes=clean_attributes(draft.attributes),
            state="draft",
            currency=shop.currency,
            min_price_minor=min(prices),
            max_price_minor=max(prices),
            freight_template_id=draft.freight_template_id,
            sold=0,
            created_at=tx.now,
        )
    )
    write_variants(tx, product_id=product_id, variants=variants)
    note_move(tx, product_id=product_id, origin=None, target="draft", reason="written down", by_id=by_id)
    return product_id


def check_category(tx: Tx, category_id: int) -> None:
    """Raise InvalidInput unless goods can stand in this category."""
    if category_id not in categories_by_id(tx, [category_id]) or has_children(tx, category_id):
        raise invalid_field("/category_id", "goods stand in a category without further ones")
