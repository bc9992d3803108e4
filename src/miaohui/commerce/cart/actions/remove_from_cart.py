"""Take something out of the cart."""

from collections.abc import Collection

import sqlalchemy as sa

from miaohui.commerce.cart.tables import cart_line
from miaohui.kit.db import Prepared, Tx


def remove_from_cart(tx: Tx, *, account_id: int, variant_ids: Collection[int]) -> None:
    """Take lines out; what is not there is passed over."""
    tx.changed(_REMOVE, account_id=account_id, variant_ids=list(variant_ids))


def empty_cart(tx: Tx, *, account_id: int) -> None:
    """Take everything out."""
    tx.execute(sa.delete(cart_line).where(cart_line.c.account_id == account_id))


_REMOVE = Prepared(
    sa.delete(cart_line).where(
        cart_line.c.account_id == sa.bindparam("account_id"),
        cart_line.c.variant_id.in_(sa.bindparam("variant_ids", expanding=True)),
    )
)
