"""Let a product be listed, or send it back."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.access import access_product_as_operator
from miaohui.commerce.catalogue.actions.submit_product import check_listable
from miaohui.commerce.catalogue.events import ProductListed
from miaohui.commerce.catalogue.states import ProductNotInState, move_product
from miaohui.commerce.catalogue.tables import product
from miaohui.commerce.merchants.names import clean_text, invalid_field
from miaohui.kit.db import Tx


def decide_listing(tx: Tx, *, product_id: int, by_id: int, accept: bool, note: str = "") -> None:
    """Decide about a product in review as an operator: → listed, or → rejected with a note.

    Of two operators who decide at once the second gets ProductNotInState. Raises Forbidden, NotFound, InvalidInput,
    and what `submit_product` raises if the shop may not list it any more.
    """
    found = access_product_as_operator(tx, product_id=product_id, by_id=by_id)
    if found.state != "review":
        raise ProductNotInState(state=found.state)
    why = clean_text(note, pointer="/note", longest=300)
    if not accept:
        if not why:
            raise invalid_field("/note", "whoever is rejected reads why")
        told = {"review_note": why}
        move_product(
            tx, product_id=product_id, origin="review", target="rejected", reason=why, by_id=by_id, changes=told
        )
        return
    check_listable(tx, found)
    # What was listed before keeps its place in the list of new goods.
    listed = {
        "review_note": None,
        "listed_at": sa.func.coalesce(product.c.listed_at, sa.literal(tx.now, product.c.listed_at.type)),
    }
    move_product(
        tx,
        product_id=product_id,
        origin="review",
        target="listed",
        reason=why or "accepted",
        by_id=by_id,
        changes=listed,
    )
    tx.emit(ProductListed(product_id=product_id, shop_id=found.shop_id, category_id=found.category_id))
