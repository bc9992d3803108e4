"""Say what a shop may not do for a while."""

from collections.abc import Collection
from typing import get_args

import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop_as_operator
from miaohui.commerce.merchants.events import ShopLimited
from miaohui.commerce.merchants.names import clean_text, invalid_field
from miaohui.commerce.merchants.states import ShopLimit, ShopNotInState, ShopState, move_shop, note_move
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx


def limit_shop(tx: Tx, *, shop_id: int, by_id: int, limits: Collection[ShopLimit], reason: str) -> None:
    """Set a shop's limits as an operator; none at all leads back to probation or open.

    Raises Forbidden, NotFound, ShopNotInState, InvalidInput.
    """
    found = access_shop_as_operator(tx, shop_id=shop_id, by_id=by_id)
    if unknown := set(limits) - set(get_args(ShopLimit)):
        raise invalid_field("/limits", "not a limit: %(name)s", name=min(unknown))
    why = clean_text(reason, pointer="/reason", longest=300)
    if not why:
        raise invalid_field("/reason", "whoever is limited reads why")
    ordered = sorted(set(limits))
    if found.state not in {"probation", "open", "limited"} or (found.state != "limited" and not ordered):
        raise ShopNotInState(state=found.state)
    on_probation = found.probation_ends_at is None or found.probation_ends_at > tx.now
    free: ShopState = "probation" if on_probation else "open"
    target: ShopState = "limited" if ordered else free
    if target == found.state:
        tx.execute(sa.update(shop).where(shop.c.id == shop_id).values(limits=ordered))
        note_move(tx, shop_id=shop_id, origin=found.state, target=target, reason=why, by_id=by_id)
    else:
        change = {"limits": ordered}
        move_shop(tx, shop_id=shop_id, origin=found.state, target=target, reason=why, by_id=by_id, changes=change)
    tx.emit(ShopLimited(shop_id=shop_id, limits=[str(limit) for limit in ordered]))
