"""What is held for an order line in one pool."""

from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.inventory.tables import stock_hold
from miaohui.kit.db import Tx

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
    as_read = (
        stock_hold.c.order_line_id == hold.order_line_id,
        stock_hold.c.pool_id == hold.pool_id,
        stock_hold.c.state == hold.state,
        stock_hold.c.shipped == hold.shipped,
        stock_hold.c.released == hold.released,
        stock_hold.c.restocked == hold.restocked,
    )
    if not tx.changed(sa.update(stock_hold).where(*as_read).values(**values)):
        raise RuntimeError(f"the hold of line {hold.order_line_id} changed under its lock")


def holds_of_lines(tx: Tx, *, order_line_ids: list[int]) -> list[Hold]:
    """Return what is or was held for these lines."""
    return tx.all(sa.select(*COLUMNS).where(stock_hold.c.order_line_id.in_(order_line_ids)), Hold)
