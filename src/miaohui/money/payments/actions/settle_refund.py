"""End a refund that its provider will never carry out."""

from typing import Literal

from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.record_refund import RefundNotStuck
from miaohui.money.payments.events import RefundSucceeded
from miaohui.money.payments.moves import move_refund
from miaohui.money.payments.queries import Refund, payment_by_id, refund_by_id

Way = Literal["wallet", "bank"]


def settle_refund(tx: Tx, *, refund_id: int, by_id: int, way: Way, note: str) -> Refund:
    """Give the payer a stuck refund's money another way, on an operator's word.

    way: `wallet`, at once; `bank` for a transfer that a person has made. note: what was agreed with the payer,
    kept with the refund. Should the provider pay after all, its bill shows a difference. Raises RefundNotStuck.
    """
    found = refund_by_id(tx, refund_id)
    paid = None if found is None else payment_by_id(tx, found.payment_id)
    if found is None or paid is None or found.state != "abnormal":
        raise RefundNotStuck
    settled = {"succeeded_at": tx.now, "paid_by": way, "failure": note[:200]}
    if not move_refund(tx, refund_id=refund_id, to="succeeded", reason=f"settled by {by_id}: {way}", **settled):
        raise RefundNotStuck
    target = accounts.wallet(paid.payer_id) if way == "wallet" else accounts.bank()
    legs = [Leg(accounts.refund_payable(), target, found.amount_minor)]
    post_entry(tx, kind="payments.refunded", ref=str(refund_id), currency=found.currency, legs=legs, memo=found.reason)
    tx.emit(
        RefundSucceeded(
            refund_id=refund_id,
            payment_id=found.payment_id,
            ref=found.ref,
            amount_minor=found.amount_minor,
            currency=found.currency,
        )
    )
    again = refund_by_id(tx, refund_id)
    if again is None:
        raise RefundNotStuck
    return again
