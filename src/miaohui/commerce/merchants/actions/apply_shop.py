"""Ask for a shop."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.names import clean_line, clean_text, invalid_field
from miaohui.commerce.merchants.queries import ShopKind
from miaohui.commerce.merchants.states import note_move
from miaohui.commerce.merchants.tables import shop, shop_category, shop_staff
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id

MOST_SHOPS = 5
"""Of one owner, closed ones not counted."""
MOST_CATEGORIES = 20


class ShopNameTaken(Refusal):
    """Another shop is called so."""

    code = "shop_name_taken"
    status = 409
    title = "Another shop has this name"


class TooManyShops(Refusal):
    """The person owns as many shops as anybody may. Data: limit."""

    code = "too_many_shops"
    status = 409
    title = "You have as many shops as one person can have"


def apply_shop(
    tx: Tx,
    *,
    owner_id: int,
    kind: ShopKind,
    name: str,
    category_ids: Collection[int],
    intro: str = "",
    currency: str = "CNY",
    insures_returns: bool = False,
) -> int:
    """Begin an application, in which papers can be handed in, and return the shop's id.

    category_ids: in which the shop wants to sell. Raises ShopNameTaken, TooManyShops, InvalidInput.
    """
    wanted = sorted(set(category_ids))
    if not 1 <= len(wanted) <= MOST_CATEGORIES or len(categories_by_id(tx, wanted)) < len(wanted):
        raise invalid_field(
            "/category_ids", "%(least)d to %(most)d categories that exist", least=1, most=MOST_CATEGORIES
        )
    _count_shops(tx, owner_id)
    shop_id = new_id()
    row: dict[str, Any] = {
        "id": shop_id,
        "owner_id": owner_id,
        "kind": kind,
        "name": clean_line(name, pointer="/name", longest=40, shortest=2),
        "intro": clean_text(intro, pointer="/intro", longest=300),
        "state": "applied",
        "limits": [],
        "currency": currency,
        "deposit_required_minor": 0,
        "insures_returns": insures_returns,
        "applied_at": tx.now,
    }
    if not insert_if_absent(tx, shop, row):
        raise ShopNameTaken
    staff = {"shop_id": shop_id, "account_id": owner_id, "role": "owner", "added_by": owner_id, "added_at": tx.now}
    tx.execute(sa.insert(shop_staff).values(**staff))
    tx.execute(
        sa.insert(shop_category),
        [{"shop_id": shop_id, "category_id": category_id, "state": "requested"} for category_id in wanted],
    )
    note_move(tx, shop_id=shop_id, origin=None, target="applied", reason="applied", by_id=owner_id)
    return shop_id


def _count_shops(tx: Tx, owner_id: int) -> None:
    theirs = sa.and_(shop.c.owner_id == owner_id, shop.c.state != "closed")
    if tx.scalar(sa.select(sa.func.count()).select_from(shop).where(theirs)) >= MOST_SHOPS:
        raise TooManyShops(limit=MOST_SHOPS)
