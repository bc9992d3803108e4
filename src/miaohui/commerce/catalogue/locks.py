"""What is locked, and in which order: a shop's row first (`merchants.locks`), then its products by id."""

import sqlalchemy as sa

from miaohui.commerce.catalogue.queries import Product
from miaohui.commerce.catalogue.tables import product
from miaohui.kit.db import Tx


def lock_product(tx: Tx, product_id: int) -> Product | None:
    """Hold a product's row until the transaction ends, and return it."""
    columns = (product.c[field] for field in Product.__struct_fields__)
    return tx.one(sa.select(*columns).where(product.c.id == product_id).with_for_update(), Product)
