"""All shops by what they are doing, for operators."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_operator
from miaohui.commerce.merchants.queries import ShopKind
from miaohui.commerce.merchants.states import ShopLimit, ShopState
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx

TABS: Mapping[str, Sequence[ShopState]] = {
    "review": ("review",),
    "selling": ("probation", "open"),
    "limited": ("limited",),
    "closing": ("closing",),
    "other": ("applied", "rejected", "closed"),
}


class ShopRow(msgspec.Struct, frozen=True, kw_only=True):
    """A shop in an operator's list."""

    id: int
    name: str
    kind: ShopKind
    state: ShopState
    limits: list[ShopLimit]
    applied_at: datetime
    opened_at: datetime | None


def shops_by_tab(tx: Tx, *, tab: str, by_id: int, limit: int) -> tuple[list[ShopRow], dict[str, int]]:
    """Return shops that are doing this, those that applied first in front, and how many do what. Raises Forbidden."""
    access_operator(tx, by_id)
    columns = [shop.c[name] for name in ShopRow.__struct_fields__]
    here = sa.select(*columns).where(shop.c.state.in_(TABS[tab])).order_by(shop.c.applied_at, shop.c.id)
    states = tx.execute(sa.select(shop.c.state, sa.func.count()).group_by(shop.c.state)).tuples()
    by_state = {state: int(count) for state, count in states}
    counts = {name: sum(by_state.get(state, 0) for state in listed) for name, listed in TABS.items()}
    return tx.all(here.limit(limit), ShopRow), counts
