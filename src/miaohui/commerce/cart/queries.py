"""Reads of carts."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.commerce.cart.sources import Source, SourceKind
from miaohui.commerce.cart.tables import cart_line
from miaohui.kit.db import Prepared, Tx


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it lies there. seen_price_minor: the price at which it was put in."""

    variant_id: int
    quantity: int
    selected: bool
    seen_price_minor: int
    source_kind: SourceKind
    source_id: int | None
    added_at: datetime

    @property
    def source(self) -> Source:
        return Source(kind=self.source_kind, id=self.source_id)


def cart_lines(tx: Tx, *, account_id: int, selected_only: bool = False) -> list[CartLine]:
    """Return what lies in a person's cart, newest first."""
    return tx.all(_SELECTED if selected_only else _LINES, CartLine, account_id=account_id)


def cart_count(tx: Tx, *, account_id: int) -> int:
    """Return how many different things lie in a person's cart."""
    return tx.scalar(_COUNT, account_id=account_id) or 0


_mine = cart_line.c.account_id == sa.bindparam("account_id")
_ALL = (
    sa.select(*(cart_line.c[name] for name in CartLine.__struct_fields__))
    .where(_mine)
    .order_by(cart_line.c.added_at.desc(), cart_line.c.variant_id.desc())
)
_LINES = Prepared(_ALL)
_SELECTED = Prepared(_ALL.where(cart_line.c.selected))
_COUNT = Prepared(sa.select(sa.func.count()).select_from(cart_line).where(_mine))
