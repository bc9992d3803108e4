"""Keep a line from being settled while a case is open."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.money.settlement.locks import lock_line
from miaohui.money.settlement.moves import record_move
from miaohui.money.settlement.tables import settlement_line


def hold_line(tx: Tx, *, order_line_id: int, reason: str) -> bool:
    """Hold a line once more; return whether that came before its settlement.

    Each hold needs its own `unhold_line`, also one that came too late. A line for which nothing is paid yet
    cannot be held: False.
    """
    line = lock_line(tx, order_line_id)
    if line is None:
        return False
    held = sa.update(settlement_line).where(settlement_line.c.order_line_id == order_line_id)
    tx.execute(held.values(holds=settlement_line.c.holds + 1))
    record_move(tx, order_line_id=order_line_id, from_state=line.state, to_state=line.state, reason=f"held: {reason}")
    return line.state in {"in_escrow", "settleable"}
