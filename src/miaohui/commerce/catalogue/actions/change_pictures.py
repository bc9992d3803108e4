"""Give a product pictures, put them in order, take them away."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.commerce.catalogue.actions.change_product import access_to_change, note_change
from miaohui.commerce.catalogue.drafts import MOST_PICTURES
from miaohui.commerce.catalogue.queries import pictures_of
from miaohui.commerce.catalogue.tables import product, product_picture
from miaohui.commerce.merchants.names import invalid_field
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound, Refusal
from miaohui.kit.ids import new_id


class TooManyPictures(Refusal):
    """The product has as many pictures as it can. Data: limit."""

    code = "too_many_pictures"
    status = 409
    title = "This product has as many pictures as it can have"


def add_picture(
    tx: Tx, *, product_id: int, by_id: int, key: str, width: int, height: int, shop_id: int | None = None
) -> int:
    """Put a picture behind the others and return its id; the first one is the cover.

    key: as `kit.pictures` has stored it. Raises NotFound, Forbidden, ProductNotInState, TooManyPictures.
    """
    found = access_to_change(tx, product_id=product_id, by_id=by_id, shop_id=shop_id)
    here = pictures_of(tx, product_id)
    if len(here) >= MOST_PICTURES:
        raise TooManyPictures(limit=MOST_PICTURES)
    picture_id = new_id()
    position = here[-1].position + 1 if here else 0
    row = {"key": key, "width": width, "height": height}
    tx.execute(sa.insert(product_picture).values(id=picture_id, product_id=product_id, position=position, **row))
    _set_cover(tx, product_id)
    note_change(tx, found, by_id=by_id, told_anew=True)
    return picture_id


def remove_picture(tx: Tx, *, product_id: int, by_id: int, picture_id: int, shop_id: int | None = None) -> None:
    """Take a picture away; its files stay, because orders show what was bought.

    Raises NotFound, Forbidden, and Conflict for the last picture of a product that is listed.
    """
    found = access_to_change(tx, product_id=product_id, by_id=by_id, shop_id=shop_id)
    here = sa.and_(product_picture.c.id == picture_id, product_picture.c.product_id == product_id)
    if not tx.changed(sa.delete(product_picture).where(here)):
        raise NotFound
    if found.state == "listed" and not pictures_of(tx, product_id):
        raise Conflict
    _set_cover(tx, product_id)
    note_change(tx, found, by_id=by_id, told_anew=False)


def order_pictures(
    tx: Tx, *, product_id: int, by_id: int, picture_ids: Sequence[int], shop_id: int | None = None
) -> None:
    """Put a product's pictures in this order. Raises NotFound, Forbidden, InvalidInput unless all are named once."""
    found = access_to_change(tx, product_id=product_id, by_id=by_id, shop_id=shop_id)
    if sorted(picture_ids) != sorted(each.id for each in pictures_of(tx, product_id)):
        raise invalid_field("/picture_ids", "every picture of the product, once")
    for position, picture_id in enumerate(picture_ids):
        tx.execute(sa.update(product_picture).where(product_picture.c.id == picture_id).values(position=position))
    _set_cover(tx, product_id)
    note_change(tx, found, by_id=by_id, told_anew=False)


def _set_cover(tx: Tx, product_id: int) -> None:
    first = (
        sa.select(product_picture.c.key)
        .where(product_picture.c.product_id == product_id)
        .order_by(product_picture.c.position, product_picture.c.id)
        .limit(1)
        .scalar_subquery()
    )
    tx.execute(sa.update(product).where(product.c.id == product_id).values(cover=first))
