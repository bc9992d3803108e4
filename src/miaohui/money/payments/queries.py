"""Reads of payments, refunds and notices."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.money.payments.states import CAPTURED, OPEN, PaymentState, Purpose, RefundState
from miaohui.money.payments.tables import bill_difference, bill_run, payment, payment_part, refund


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to pay for one thing, at one provider."""

    id: int
    purpose: Purpose
    subject_id: int
    payer_id: int
    provider: str
    way: str = ""
    """In which of its ways the provider takes it, by the payer's device; empty where it has one for all."""
    out_trade_no: str
    """Our number at the provider."""
    provider_txn_no: str | None
    description: str
    amount_minor: int
    currency: str
    refunded_minor: int
    state: PaymentState
    handover: dict[str, Any] | None
    """How the payer goes on: the fields of providers.contract.Handover."""
    failure: str | None
    created_at: datetime
    closes_at: datetime
    paid_at: datetime | None


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money of one payment on its way back, for one reason."""

    id: int
    payment_id: int
    ref: str
    out_refund_no: str
    provider_refund_no: str | None
    amount_minor: int
    currency: str
    reason: str
    state: RefundState
    attempts: int
    failure: str | None
    created_at: datetime
    succeeded_at: datetime | None
    paid_by: Literal["wallet", "bank"] | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The share of a payment that goes to one account of the ledger."""

    account_code: str
    amount_minor: int


class BillDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Where a provider's bill and our books do not say the same. missing_there: the bill does not name it."""

    id: int
    provider: str
    day: date
    kind: Literal["missing_here", "missing_there", "amount"]
    out_no: str
    ours_minor: int | None
    theirs_minor: int | None
    state: Literal["open", "closed"]
    note: str | None


_PAYMENT = tuple(payment.c[field] for field in Payment.__struct_fields__)
_REFUND = tuple(refund.c[field] for field in Refund.__struct_fields__)
_BY_ID = Prepared(sa.select(*_PAYMENT).where(payment.c.id == sa.bindparam("payment_id")))
_BY_NUMBER = Prepared(sa.select(*_PAYMENT).where(payment.c.out_trade_no == sa.bindparam("number")))
_subject = sa.select(*_PAYMENT).where(
    payment.c.subject_id == sa.bindparam("subject_id"), payment.c.purpose == sa.bindparam("purpose")
)
_OF_SUBJECT = Prepared(_subject.order_by(payment.c.id))
_OPEN_ONE = Prepared(_subject.where(payment.c.state.in_(OPEN)))
_SUCCESS = Prepared(_subject.where(payment.c.state == "succeeded"))
_PARTS = Prepared(
    sa.select(payment_part.c.account_code, payment_part.c.amount_minor)
    .where(payment_part.c.payment_id == sa.bindparam("payment_id"))
    .order_by(payment_part.c.account_code)
)


def payment_by_id(tx: Tx, payment_id: int) -> Payment | None:
    """Return a payment, whoever asks."""
    return tx.one(_BY_ID, Payment, payment_id=payment_id)


def payment_by_out_trade_no(tx: Tx, out_trade_no: str) -> Payment | None:
    """Return the payment that has this number of ours at the provider."""
    return tx.one(_BY_NUMBER, Payment, number=out_trade_no)


def open_payment_of(tx: Tx, *, purpose: Purpose, subject_id: int) -> Payment | None:
    """Return the attempt that is under way for a thing; there is one at most."""
    return tx.one(_OPEN_ONE, Payment, purpose=purpose, subject_id=subject_id)


def success_of(tx: Tx, *, purpose: Purpose, subject_id: int) -> Payment | None:
    """Return the payment that has paid for a thing; there is one at most."""
    return tx.one(_SUCCESS, Payment, purpose=purpose, subject_id=subject_id)


def payments_of_subject(tx: Tx, *, purpose: Purpose, subject_id: int) -> list[Payment]:
    """Return all attempts to pay for a thing, oldest first."""
    return tx.all(_OF_SUBJECT, Payment, purpose=purpose, subject_id=subject_id)


def parts_of(tx: Tx, payment_id: int) -> list[Part]:
    """Return which accounts a payment goes to, in the order of their codes."""
    return tx.all(_PARTS, Part, payment_id=payment_id)


def refund_by_id(tx: Tx, refund_id: int) -> Refund | None:
    """Return a refund, whoever asks."""
    return tx.one(sa.select(*_REFUND).where(refund.c.id == refund_id), Refund)


def refund_by_ref(tx: Tx, ref: str) -> Refund | None:
    """Return the refund that was asked for under this reason."""
    return tx.one(sa.select(*_REFUND).where(refund.c.ref == ref), Refund)


def refund_by_out_no(tx: Tx, out_refund_no: str) -> Refund | None:
    """Return the refund that has this number of ours at the provider."""
    return tx.one(sa.select(*_REFUND).where(refund.c.out_refund_no == out_refund_no), Refund)


def refunds_of(tx: Tx, payment_id: int) -> list[Refund]:
    """Return what of a payment was asked back, oldest first."""
    return tx.all(sa.select(*_REFUND).where(refund.c.payment_id == payment_id).order_by(refund.c.id), Refund)


def stuck_refunds(tx: Tx, *, limit: int = 100) -> list[Refund]:
    """Return refunds that wait for a person, oldest first."""
    return tx.all(sa.select(*_REFUND).where(refund.c.state == "abnormal").order_by(refund.c.id).limit(limit), Refund)


def open_payments(tx: Tx, *, created_before: datetime, limit: int) -> list[Payment]:
    """Return attempts under way that are older than that, oldest first."""
    old = sa.and_(payment.c.state.in_(OPEN), payment.c.created_at <= created_before)
    return tx.all(sa.select(*_PAYMENT).where(old).order_by(payment.c.id).limit(limit), Payment)


def captured_payments(tx: Tx, *, provider: str, since: datetime, until: datetime) -> list[Payment]:
    """Return payments of a provider whose money came within that time."""
    inside = sa.and_(payment.c.paid_at >= since, payment.c.paid_at < until, payment.c.state.in_(CAPTURED))
    return tx.all(sa.select(*_PAYMENT).where(payment.c.provider == provider, inside).order_by(payment.c.id), Payment)


def succeeded_refunds(tx: Tx, *, provider: str, since: datetime, until: datetime) -> list[Refund]:
    """Return refunds at a provider that succeeded within that time."""
    inside = sa.and_(refund.c.succeeded_at >= since, refund.c.succeeded_at < until)
    at_provider = sa.select(*_REFUND).join(payment, payment.c.id == refund.c.payment_id)
    return tx.all(
        at_provider.where(payment.c.provider == provider, refund.c.paid_by.is_(None), inside).order_by(refund.c.id),
        Refund,
    )


def bill_run_of(tx: Tx, *, provider: str, day: date) -> int | None:
    """Return the id of a day's bill, if it has been fetched."""
    found = tx.scalar(sa.select(bill_run.c.id).where(bill_run.c.provider == provider, bill_run.c.day == day))
    return None if found is None else int(found)


def bill_differences(tx: Tx, *, state: Literal["open", "closed"] = "open", limit: int = 200) -> list[BillDifference]:
    """Return what bills and books do not agree on, newest first."""
    columns = [
        (bill_difference if name in bill_difference.c else bill_run).c[name]
        for name in BillDifference.__struct_fields__
    ]
    joined = sa.select(*columns).join(bill_run, bill_run.c.id == bill_difference.c.run_id)
    newest = joined.where(bill_difference.c.state == state).order_by(bill_difference.c.id.desc()).limit(limit)
    return tx.all(newest, BillDifference)
