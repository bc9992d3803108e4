"""The states of a shop, and the moves between them."""

from typing import Any, Literal

import sqlalchemy as sa

from miaohui.commerce.merchants.tables import shop, shop_move
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id

ShopState = Literal["applied", "review", "rejected", "probation", "open", "limited", "closing", "closed"]
ShopLimit = Literal["traffic", "live", "new_goods", "withdrawal"]

MOVES: dict[ShopState, frozenset[ShopState]] = {
    "applied": frozenset({"review", "closed"}),
    "review": frozenset({"probation", "rejected"}),
    # The papers can be mended and handed in again.
    "rejected": frozenset({"review", "closed"}),
    "probation": frozenset({"open", "limited", "closing"}),
    "open": frozenset({"limited", "closing"}),
    # Back to where it was: a shop that is limited on probation has not earned the end of it.
    "limited": frozenset({"probation", "open", "closing"}),
    "closing": frozenset({"closed"}),
    "closed": frozenset(),
}
"""probation: reviewed and accepted; it sells from the day on which its deposit is there (`opened_at`)."""

SELLING: frozenset[ShopState] = frozenset({"probation", "open", "limited"})


class ShopNotInState(Refusal):
    """The shop is not in the state that the act needs. Data: state."""

    code = "shop_not_in_state"
    status = 409
    title = "The shop is not in a state in which this can be done"


def move_shop(
    tx: Tx,
    *,
    shop_id: int,
    origin: ShopState,
    target: ShopState,
    reason: str,
    by_id: int | None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Move a shop from one state to another together with `changes` of its row, and keep who, when and why.

    Raises ShopNotInState, with nothing changed, if it is not in `origin` (any more).
    """
    if target not in MOVES[origin]:
        raise ValueError(f"a shop does not go from {origin} to {target}")
    here = sa.and_(shop.c.id == shop_id, shop.c.state == origin)
    if not tx.changed(sa.update(shop).where(here).values(state=target, **(changes or {}))):
        raise ShopNotInState(state=tx.scalar(sa.select(shop.c.state).where(shop.c.id == shop_id)))
    note_move(tx, shop_id=shop_id, origin=origin, target=target, reason=reason, by_id=by_id)


def note_move(
    tx: Tx, *, shop_id: int, origin: ShopState | None, target: ShopState, reason: str, by_id: int | None
) -> None:
    """Keep a row of what happened to a shop; also where its state stays and only its limits change."""
    row = {"from_state": origin, "to_state": target, "reason": reason, "by_id": by_id, "at": tx.now}
    tx.execute(sa.insert(shop_move).values(id=new_id(), shop_id=shop_id, **row))
