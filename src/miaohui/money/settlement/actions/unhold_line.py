"""Let a line go again when its case is closed."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.money.settlement.actions.release_lines import stage_settling
from miaohui.money.settlement.locks import lock_line
from miaohui.money.settlement.moves import record_move
from miaohui.money.settlement.tables import settlement_line


def unhold_line(tx: Tx, *, order_line_id: int, reason: str) -> None:
    """Take one hold off a line; with the last one gone it is settled at its date, or at once if that is past.

    More unholds than holds change nothing.
    """
    line = lock_line(tx, order_line_id)
    if line is None or line.holds == 0:
        return
    held = sa.update(settlement_line).where(settlement_line.c.order_line_id == order_line_id)
    tx.execute(held.values(holds=settlement_line.c.holds - 1))
    record_move(tx, order_line_id=order_line_id, from_state=line.state, to_state=line.state, reason=f"let go: {reason}")
    if line.holds == 1 and line.state == "settleable" and line.settle_after is not None:
        stage_settling(tx, order_id=line.order_id, run_at=max(line.settle_after, tx.now))
