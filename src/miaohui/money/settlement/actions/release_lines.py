"""Let the lines of a completed order go towards settlement."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.money.settlement.locks import lock_lines_of_order
from miaohui.money.settlement.moves import record_move
from miaohui.money.settlement.tables import settlement_line


def release_lines(tx: Tx, *, order_id: int, settle_after: datetime) -> int:
    """Let an order's lines be settled from that moment on, if nothing holds them then; return how many.

    Doing it again changes nothing: the first date stands.
    """
    released = 0
    for line_id in lock_lines_of_order(tx, order_id):
        waiting = sa.and_(settlement_line.c.order_line_id == line_id, settlement_line.c.state == "in_escrow")
        changes = {"state": "settleable", "settle_after": settle_after}
        if tx.changed(sa.update(settlement_line).where(waiting).values(changes)):
            record_move(
                tx, order_line_id=line_id, from_state="in_escrow", to_state="settleable", reason="order completed"
            )
            released += 1
    if released:
        stage_settling(tx, order_id=order_id, run_at=settle_after)
    return released


def stage_settling(tx: Tx, *, order_id: int, run_at: datetime) -> None:
    """Let the worker settle an order's lines at that moment."""
    stage_job(tx, "settlement.settle_order", unique_key=f"settle_order:{order_id}", run_at=run_at, order_id=order_id)
