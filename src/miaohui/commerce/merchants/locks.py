"""What is locked, and in which order: a shop's row first, then its products, each in the order of their ids."""

import sqlalchemy as sa

from miaohui.commerce.merchants.queries import Shop
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx


def lock_shop(tx: Tx, shop_id: int) -> Shop | None:
    """Hold a shop's row until the transaction ends, and return it."""
    columns = (shop.c[field] for field in Shop.__struct_fields__)
    return tx.one(sa.select(*columns).where(shop.c.id == shop_id).with_for_update(), Shop)
