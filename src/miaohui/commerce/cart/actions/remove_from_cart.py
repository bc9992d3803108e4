"""Take something out of the cart."""

from collections.abc import Collection

import sqlalchemy as sa

from miaohui.commerce.cart.tables import cart_line
from miaohui.kit.db import Tx


def remove_from_cart(tx: Tx, *, account_id: int, variant_ids: Collection[int]) -> None:
    """Take lines out; what is not there is passed over."""
    mine = sa.and_(cart_line.c.account_id == account_id, cart_line.c.variant_id.in_(variant_ids))
    tx.execute(sa.delete(cart_line).where(mine))


def empty_cart(tx: Tx, *, account_id: int) -> None:
    """Take everything out."""
    tx.execute(sa.delete(cart_line).where(cart_line.c.account_id == account_id))
