"""Say which variants of a product there are, and what they cost."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from miaohui.commerce.catalogue.access import access_product
from miaohui.commerce.catalogue.drafts import VariantDraft, clean_variants, options_key
from miaohui.commerce.catalogue.events import ProductChanged
from miaohui.commerce.catalogue.queries import Variant, variants_of
from miaohui.commerce.catalogue.tables import product, variant
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id

REALLY_ASKED = timedelta(days=7)
"""For so long a price must have been asked to be struck out beside a lower one (China's rules against price fraud)."""


def set_variants(
    tx: Tx, *, product_id: int, by_id: int, variants: Sequence[VariantDraft], shop_id: int | None = None
) -> list[Variant]:
    """Replace a product's variants and return them.

    A variant is known by its options: it keeps its id, stock and history, whatever its price and place become;
    what is not named any more is retired. Prices need no review. Raises NotFound, Forbidden, InvalidInput.
    """
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    clean = clean_variants(variants)
    write_variants(tx, product_id=product_id, variants=clean, is_listed=found.state == "listed")
    prices = [each.price_minor for each in clean]
    here = sa.update(product).where(product.c.id == product_id)
    tx.execute(here.values(min_price_minor=min(prices), max_price_minor=max(prices)))
    if found.state == "listed":
        tx.emit(ProductChanged(product_id=product_id, shop_id=found.shop_id))
    return variants_of(tx, product_id)


def write_variants(tx: Tx, *, product_id: int, variants: Sequence[VariantDraft], is_listed: bool = False) -> None:
    """Bring the rows to what the seller has said; for a product whose row the caller holds, or has just made."""
    known = {options_key(each.options): each for each in variants_of(tx, product_id, retired=True)}
    added = []
    for position, draft in enumerate(variants):
        key = options_key(draft.options)
        row: dict[str, Any] = {"code": draft.code, "weight_g": draft.weight_g, "position": position, "state": "active"}
        before = known.pop(key, None)
        if before is None:
            fresh = {"id": new_id(), "product_id": product_id, "options": draft.options, "options_key": key}
            added.append({**fresh, **row, "price_minor": draft.price_minor, "priced_at": tx.now})
        else:
            price = _price(tx, before, draft.price_minor, is_listed=is_listed)
            tx.execute(sa.update(variant).where(variant.c.id == before.id).values(**row, **price))
    if added:
        tx.execute(sa.insert(variant), added)
    if gone := [each.id for each in known.values() if each.state == "active"]:
        tx.execute(sa.update(variant).where(variant.c.id.in_(gone)).values(state="retired"))


def _price(tx: Tx, before: Variant, price_minor: int, *, is_listed: bool) -> dict[str, Any]:
    """Return the columns of a price that may have changed, and what is struck out beside it."""
    if price_minor == before.price_minor:
        return {}
    struck = before.list_price_minor
    asked = is_listed and before.state == "active" and tx.now - before.priced_at >= REALLY_ASKED
    if asked and struck is None:
        struck = before.price_minor
    if struck is not None and struck <= price_minor:
        struck = None
    return {"price_minor": price_minor, "priced_at": tx.now, "list_price_minor": struck}
