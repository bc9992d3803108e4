"""What is held for an order line in one pool."""

from datetime import datetime
from functools import cache
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.inventory.tables import stock_hold
from miaohui.kit.db import Prepared, Tx

HoldState = Literal["held", "committed", "ended"]


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Units of a pool that belong to an order line: all of them are left, shipped or released."""

    order_line_id: int
    pool_id: int
    quantity: int
    shipped: int
    released: int
    restocked: int
    """Of the shipped ones, how many came back to be sold again."""
    state: HoldState
    held_at: datetime

    @property
    def left(self) -> int:
        return self.quantity - self.shipped - self.released


COLUMNS = tuple(stock_hold.c[field] for field in Hold.__struct_fields__)


def state_after(hold: Hold, units: int) -> HoldState:
    """Return the state of a hold of which so many more units are gone."""
    return "ended" if hold.left == units else hold.state


def change_hold(tx: Tx, hold: Hold, **values: object) -> None:
    """Change a locked hold; that it is not as it was read is a fault."""
    as_read = {f"read_{name}": getattr(hold, name) for name in _READ}
    if not tx.changed(_change_of(*values), **as_read, **values):
        raise RuntimeError(f"the hold of line {hold.order_line_id} changed under its lock")


def holds_of_lines(tx: Tx, *, order_line_ids: list[int]) -> list[Hold]:
    """Return what is or was held for these lines."""
    return tx.all(_OF_LINES, Hold, order_line_ids=order_line_ids)


_READ = ("order_line_id", "pool_id", "state", "shipped", "released", "restocked")
_OF_LINES = Prepared(
    sa.select(*COLUMNS).where(stock_hold.c.order_line_id.in_(sa.bindparam("order_line_ids", expanding=True)))
)


@cache
def _change_of(*names: str) -> Prepared:
    as_read = [stock_hold.c[name] == sa.bindparam(f"read_{name}") for name in _READ]
    return Prepared(sa.update(stock_hold).where(*as_read).values({name: sa.bindparam(name) for name in names}))
