"""Write down what a provider says of a refund."""

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.events import RefundStuck, RefundSucceeded
from miaohui.money.payments.moves import move_refund
from miaohui.money.payments.queries import Payment, Refund, payment_by_id, refund_by_id
from miaohui.money.payments.tables import refund


class RefundNotStuck(Conflict):
    """The refund goes its way by itself."""

    code = "refund_not_stuck"
    title = "This refund does not wait for anybody"


class RefundAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """What one try needs to know: the refund, and the payment that it is of."""

    refund: Refund
    payment: Payment


def begin_refund_attempt(tx: Tx, *, refund_id: int) -> RefundAttempt | None:
    """Count a try and return what it needs; None if the refund has ended or waits for a person."""
    found = _found(tx, refund_id)
    if found.state in {"created", "failed"}:
        move_refund(tx, refund_id=refund_id, to="processing", reason="asked the provider", attempts=found.attempts + 1)
    elif found.state == "processing":
        # The process died after the last try, or the provider is still at it: the same number asks again.
        more = sa.update(refund).where(refund.c.id == refund_id, refund.c.state == "processing")
        tx.execute(more.values(attempts=refund.c.attempts + 1))
    else:
        return None
    now = _found(tx, refund_id)
    paid = payment_by_id(tx, now.payment_id)
    if paid is None:
        raise LookupError(f"payment {now.payment_id} is gone")
    return RefundAttempt(refund=now, payment=paid)


def record_refund_success(tx: Tx, *, refund_id: int, provider_refund_no: str | None, source: str) -> bool:
    """Note that the payer has the money, and post it; return whether that is news."""
    values = {"provider_refund_no": provider_refund_no, "succeeded_at": tx.now, "failure": None}
    if not move_refund(tx, refund_id=refund_id, to="succeeded", reason=source, **values):
        return False
    done = _found(tx, refund_id)
    paid = payment_by_id(tx, done.payment_id)
    if paid is None:
        raise LookupError(f"payment {done.payment_id} is gone")
    target = accounts.wallet(paid.payer_id) if paid.provider == "wallet" else accounts.psp(paid.provider)
    legs = [Leg(accounts.refund_payable(), target, done.amount_minor)]
    post_entry(tx, kind="payments.refunded", ref=str(refund_id), currency=done.currency, legs=legs, memo=done.reason)
    tx.emit(
        RefundSucceeded(
            refund_id=refund_id,
            payment_id=done.payment_id,
            ref=done.ref,
            amount_minor=done.amount_minor,
            currency=done.currency,
        )
    )
    return True


def record_refund_failure(tx: Tx, *, refund_id: int, failure: str) -> bool:
    """Note that a try came to nothing; the next one asks under the same number."""
    return move_refund(tx, refund_id=refund_id, to="failed", reason="to be tried again", failure=failure[:200])


def record_refund_stuck(tx: Tx, *, refund_id: int, failure: str) -> bool:
    """Note that only a person can help, and tell; return whether that is news."""
    if not move_refund(tx, refund_id=refund_id, to="abnormal", reason="needs a person", failure=failure[:200]):
        return False
    tx.emit(RefundStuck(refund_id=refund_id, ref=_found(tx, refund_id).ref))
    return True


def retry_refund(tx: Tx, *, refund_id: int, by_id: int) -> Refund:
    """Ask the provider again about a refund that was stuck, on an operator's word. Raises RefundNotStuck.

    Its tries are counted anew, or one that was tried for days would be given up before it is asked for.
    """
    stuck = _found(tx, refund_id).state == "abnormal"
    if not stuck or not move_refund(tx, refund_id=refund_id, to="processing", reason=f"retried by {by_id}", attempts=0):
        raise RefundNotStuck
    stage_job(tx, "payments.push_refund", unique_key=f"payments.refund:{refund_id}", refund_id=refund_id)
    return _found(tx, refund_id)


def _found(tx: Tx, refund_id: int) -> Refund:
    found = refund_by_id(tx, refund_id)
    if found is None:
        raise LookupError(f"there is no refund {refund_id}")
    return found
