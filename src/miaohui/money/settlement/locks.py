"""What settlement locks, and in which order.

1. settlement lines, in the order of their ids; a line's moves and its commission chain belong to it
2. a payout's row
3. entries, accounts and balances, as in `money.ledger.locks`

Who settles, refunds or holds a line holds the line first, and looks at it only then. Each line is settled in a
transaction of its own, so a long run holds nobody's balance for longer than one entry.
"""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.money.settlement.queries import SettlementLine, line_by_id
from miaohui.money.settlement.tables import settlement_line


def lock_line(tx: Tx, order_line_id: int) -> SettlementLine | None:
    """Hold a line until the end of the transaction and return it as it is now."""
    tx.execute(
        sa.select(settlement_line.c.order_line_id)
        .where(settlement_line.c.order_line_id == order_line_id)
        .with_for_update()
    )
    return line_by_id(tx, order_line_id)


def lock_lines_of_order(tx: Tx, order_id: int) -> list[int]:
    """Hold all lines of an order and return their ids."""
    return tx.scalars(
        sa.select(settlement_line.c.order_line_id)
        .where(settlement_line.c.order_id == order_id)
        .order_by(settlement_line.c.order_line_id)
        .with_for_update()
    )
