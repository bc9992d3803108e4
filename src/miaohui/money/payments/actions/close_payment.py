"""Give an attempt to pay up."""

from miaohui.kit.db import Tx
from miaohui.kit.jobs import stage_job
from miaohui.money.payments.moves import move_payment


def close_payment(tx: Tx, *, payment_id: int, reason: str) -> bool:
    """Close a payment that is under way; return whether it was.

    The provider is told afterwards, by a job. Money that it has taken by then is late, and goes back.
    """
    if not move_payment(tx, payment_id=payment_id, to="closed", reason=reason):
        return False
    stage_job(tx, "payments.close_at_provider", unique_key=f"payments.close:{payment_id}", payment_id=payment_id)
    return True
