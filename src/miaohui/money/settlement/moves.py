"""The record of what became of a line."""

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.money.settlement.tables import settlement_move


def record_move(tx: Tx, *, order_line_id: int, from_state: str | None, to_state: str, reason: str) -> None:
    """Note a line's change of state; a hold is noted as a change to the same state."""
    tx.insert(
        settlement_move,
        {
            "id": new_id(),
            "order_line_id": order_line_id,
            "from_state": from_state,
            "to_state": to_state,
            "reason": reason[:80],
            "at": tx.now,
        },
    )
