"""Change what is said of a product."""

from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from miaohui.commerce.catalogue.access import access_product
from miaohui.commerce.catalogue.actions.create_product import check_category
from miaohui.commerce.catalogue.drafts import clean_attributes, clean_body, clean_title
from miaohui.commerce.catalogue.events import ProductChanged, ProductDelisted
from miaohui.commerce.catalogue.queries import Product, product_by_id
from miaohui.commerce.catalogue.states import ProductNotInState, ProductState, move_product
from miaohui.commerce.catalogue.tables import product
from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, parse_id


class ProductChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out, or null, stays."""

    title: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    body: Annotated[str, msgspec.Meta(max_length=20_000)] | None = None
    attributes: dict[str, str] | None = None
    category_id: Id | None = None
    freight_template_id: Id | None = None


def change_product(
    tx: Tx, *, product_id: int, by_id: int, changes: ProductChanges, shop_id: int | None = None
) -> Product:
    """Change a product and return it.

    A listed one goes back to review when its category changes, and on probation when its words do.
    Raises NotFound, Forbidden, ProductNotInState while it is in review, InvalidInput.
    """
    found = access_to_change(tx, product_id=product_id, by_id=by_id, shop_id=shop_id)
    values = _values(tx, changes)
    values = {name: value for name, value in values.items() if value != getattr(found, name)}
    if values:
        tx.execute(sa.update(product).where(product.c.id == product_id).values(**values))
        told_anew = bool({"title", "body", "attributes"} & values.keys())
        note_change(tx, found, by_id=by_id, told_anew=told_anew, moved="category_id" in values)
    changed = product_by_id(tx, product_id)
    if changed is None:
        raise NotFound
    return changed


def access_to_change(tx: Tx, *, product_id: int, by_id: int, shop_id: int | None) -> Product:
    """Hold a product whose words or pictures are to change.

    Raises NotFound, Forbidden, and ProductNotInState while a reviewer looks at it: it is taken back first.
    """
    found = access_product(tx, product_id=product_id, account_id=by_id, shop_id=shop_id)
    if found.state == "review":
        raise ProductNotInState(state=found.state)
    return found


def note_change(tx: Tx, found: Product, *, by_id: int, told_anew: bool, moved: bool = False) -> None:
    """Tell of a change of a listed product; where its reviewer must look again, take it out of the shop instead."""
    if found.state not in {"listed", "delisted"}:
        return
    shop = shop_by_id(tx, found.shop_id)
    if moved or (told_anew and shop is not None and shop.state == "probation"):
        target: ProductState = "review" if found.state == "listed" else "draft"
        move_product(tx, product_id=found.id, origin=found.state, target=target, reason="changed", by_id=by_id)
        if found.state == "listed":
            tx.emit(ProductDelisted(product_id=found.id, shop_id=found.shop_id))
    elif found.state == "listed":
        tx.emit(ProductChanged(product_id=found.id, shop_id=found.shop_id))


def _values(tx: Tx, changes: ProductChanges) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if changes.title is not None:
        values["title"] = clean_title(changes.title)
    if changes.body is not None:
        values["body"] = clean_body(changes.body)
    if changes.attributes is not None:
        values["attributes"] = clean_attributes(changes.attributes)
    if changes.freight_template_id is not None:
        values["freight_template_id"] = parse_id(changes.freight_template_id)
    if changes.category_id is not None:
        values["category_id"] = parse_id(changes.category_id)
        check_category(tx, values["category_id"])
    return values
