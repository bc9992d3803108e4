"""Put goods into one's own window, or a shop's."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.commerce.catalogue.actions.attach_products import check_sellable_by
from miaohui.commerce.catalogue.queries import OwnerKind, product_cards
from miaohui.commerce.catalogue.tables import showcase_item
from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.names import invalid_field
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound

MOST_IN_SHOWCASE = 100


def set_showcase(tx: Tx, *, owner_kind: OwnerKind, owner_id: int, by_id: int, product_ids: Sequence[int]) -> None:
    """Replace what a window shows by these products, in this order.

    A person shows goods of the own shops and those with a commission offer; a shop shows its own.
    Raises NotFound, Forbidden, ProductNotForSale, InvalidInput.
    """
    if len(set(product_ids)) < len(product_ids) or len(product_ids) > MOST_IN_SHOWCASE:
        raise invalid_field("/product_ids", "at most %(most)d, each once", most=MOST_IN_SHOWCASE)
    if owner_kind == "shop":
        access_shop(tx, shop_id=owner_id, account_id=by_id, to="goods", for_update=True)
        cards = product_cards(tx, product_ids=product_ids)
        if any(product_id not in cards or cards[product_id].shop_id != owner_id for product_id in product_ids):
            raise NotFound
    else:
        check_sellable_by(tx, person_id=owner_id, product_ids=product_ids)
    mine = sa.and_(showcase_item.c.owner_kind == owner_kind, showcase_item.c.owner_id == owner_id)
    tx.execute(sa.delete(showcase_item).where(mine))
    rows = [
        {"owner_kind": owner_kind, "owner_id": owner_id, "product_id": each, "position": place, "added_at": tx.now}
        for place, each in enumerate(product_ids)
    ]
    if rows:
        tx.execute(sa.insert(showcase_item), rows)
