"""End a case by what the payment's provider says."""

from miaohui.care.aftersales.locks import lock_case
from miaohui.care.aftersales.moves import move_case
from miaohui.care.aftersales.states import PAYING
from miaohui.kit.db import Tx


def finish_refund(tx: Tx, *, aftersale_id: int) -> bool:
    """End a case whose money has arrived; return whether that is news."""
    found = lock_case(tx, aftersale_id)
    if found is None or found.state not in PAYING:
        return False
    move_case(tx, found, "refunded", by_side="provider", by_id=None)
    return True


def note_stuck_refund(tx: Tx, *, aftersale_id: int) -> bool:
    """Mark a case whose money cannot arrive without a person's help; return whether that is news."""
    found = lock_case(tx, aftersale_id)
    if found is None or found.state not in PAYING - {"refund_abnormal"}:
        return False
    move_case(tx, found, "refund_abnormal", by_side="provider", by_id=None)
    return True
