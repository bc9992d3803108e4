"""Change how many of something lie in the cart, or whether they are selected."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.commerce.cart.tables import cart_line
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def change_cart_line(
    tx: Tx, *, account_id: int, variant_id: int, quantity: int | None = None, selected: bool | None = None
) -> None:
    """Set the quantity (1 to 999), the selection, or both. Raises NotFound if the line is not there."""
    mine = sa.and_(cart_line.c.account_id == account_id, cart_line.c.variant_id == variant_id)
    values: dict[str, object] = {} if quantity is None else {"quantity": quantity}
    if selected is not None:
        values["selected"] = selected
    # An empty change still tells whether the line is there.
    if not tx.changed(sa.update(cart_line).where(mine).values(**(values or {"quantity": cart_line.c.quantity}))):
        raise NotFound


def select_in_cart(tx: Tx, *, account_id: int, variant_ids: Sequence[int]) -> None:
    """Select exactly these lines of the cart; ids that are not in it are passed over."""
    chosen = cart_line.c.variant_id.in_(variant_ids) if variant_ids else sa.false()
    tx.execute(sa.update(cart_line).where(cart_line.c.account_id == account_id).values(selected=chosen))
