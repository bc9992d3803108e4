"""The states of a product, and the moves between them."""

from typing import Any, Literal

import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import product, product_move
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id

ProductState = Literal["draft", "review", "rejected", "listed", "delisted", "removed"]

MOVES: dict[ProductState, frozenset[ProductState]] = {
    "draft": frozenset({"review", "removed"}),
    # Taken back by the seller, or decided by an operator.
    "review": frozenset({"draft", "listed", "rejected", "removed"}),
    "rejected": frozenset({"review", "removed"}),
    # A change of what a reviewer has looked at leads back to review.
    "listed": frozenset({"review", "delisted", "removed"}),
    # Changed while it was out of the shop, it begins anew.
    "delisted": frozenset({"listed", "draft", "review", "removed"}),
    "removed": frozenset(),
}


class ProductNotInState(Refusal):
    """The product is not in the state that the act needs. Data: state."""

    code = "product_not_in_state"
    status = 409
    title = "The product is not in a state in which this can be done"


def move_product(
    tx: Tx,
    *,
    product_id: int,
    origin: ProductState,
    target: ProductState,
    reason: str,
    by_id: int | None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Move a product from one state to another together with `changes` of its row, and keep who, when and why.

    Raises ProductNotInState, with nothing changed, if it is not in `origin` (any more).
    """
    if target not in MOVES[origin]:
        raise ValueError(f"a product does not go from {origin} to {target}")
    here = sa.and_(product.c.id == product_id, product.c.state == origin)
    if not tx.changed(sa.update(product).where(here).values(state=target, **(changes or {}))):
        raise ProductNotInState(state=tx.scalar(sa.select(product.c.state).where(product.c.id == product_id)))
    note_move(tx, product_id=product_id, origin=origin, target=target, reason=reason, by_id=by_id)


def note_move(
    tx: Tx, *, product_id: int, origin: ProductState | None, target: ProductState, reason: str, by_id: int | None
) -> None:
    """Keep a row of what happened to a product."""
    row = {"from_state": origin, "to_state": target, "reason": reason, "by_id": by_id, "at": tx.now}
    tx.execute(sa.insert(product_move).values(id=new_id(), product_id=product_id, **row))
