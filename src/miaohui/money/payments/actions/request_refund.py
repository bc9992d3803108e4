"""Give money back to who paid it."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.money.payments.moves import note_refund_opened
from miaohui.money.payments.queries import Refund, payment_by_id, refund_by_ref
from miaohui.money.payments.states import CAPTURED
from miaohui.money.payments.tables import payment, refund


class RefundTooLarge(Conflict):
    """More is asked back than is left of the payment."""

    code = "refund_too_large"
    title = "More cannot be given back than was paid"


class RefundRefReused(RuntimeError):
    """Two different refunds were asked for under one reason: a fault of the caller."""


def request_refund(tx: Tx, *, payment_id: int, amount_minor: int, ref: str, reason: str) -> Refund:
    """Write a refund down; a job then asks the provider, as often as it takes.

    ref: why, such as `aftersale:88`; the same one again returns the first refund. The caller has credited
    `refund_payable` with the amount in this transaction; success debits it.
    Raises RefundTooLarge if the payment is not captured, or not so much of it is left.
    """
    asked = payment_by_id(tx, payment_id)
    if asked is None:
        raise LookupError(f"there is no payment {payment_id}")
    refund_id = new_id()
    opened = Refund(
        id=refund_id,
        payment_id=payment_id,
        ref=ref,
        out_refund_no=f"MR{refund_id}",
        provider_refund_no=None,
        amount_minor=amount_minor,
        currency=asked.currency,
        reason=reason[:120],
        state="created",
        attempts=0,
        failure=None,
        created_at=tx.now,
        succeeded_at=None,
    )
    if not insert_if_absent(tx, refund, {field: getattr(opened, field) for field in opened.__struct_fields__}):
        return _first_result(tx, opened)
    left = sa.and_(payment.c.state.in_(CAPTURED), payment.c.refunded_minor + amount_minor <= payment.c.amount_minor)
    grown = sa.update(payment).where(payment.c.id == payment_id, left)
    if not tx.changed(grown.values(refunded_minor=payment.c.refunded_minor + amount_minor)):
        raise RefundTooLarge
    note_refund_opened(tx, refund_id=refund_id, reason=reason)
    stage_job(tx, "payments.push_refund", unique_key=f"payments.refund:{refund_id}", refund_id=refund_id)
    return opened


def _first_result(tx: Tx, opened: Refund) -> Refund:
    first = refund_by_ref(tx, opened.ref)
    if first is None:
        raise RuntimeError("a new id was drawn twice")
    if (first.payment_id, first.amount_minor) != (opened.payment_id, opened.amount_minor):
        raise RefundRefReused(opened.ref)
    return first
