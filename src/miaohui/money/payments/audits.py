"""What must always hold for payments and refunds; each question selects what breaks it."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.audits import audit
from miaohui.money.ledger.audits import account_sums
from miaohui.money.ledger.tables import ledger_entry, ledger_posting
from miaohui.money.payments.states import CAPTURED
from miaohui.money.payments.tables import (
    bill_difference,
    bill_line,
    bill_run,
    payment,
    payment_event,
    payment_part,
    refund,
    refund_event,
)


@audit("payments.captured_is_posted", "what a provider has captured stands in the ledger once, and nothing else does")
def captured_is_posted(dialect: str) -> sa.Select[Any]:
    expected = sa.case((payment.c.state == "succeeded", "payments.received"), else_="payments.unapplied")
    kinds = ledger_entry.c.kind.in_(["payments.received", "payments.unapplied"])
    posted = _posted(kinds, payment.c.id)
    as_expected = _posted(ledger_entry.c.kind == expected, payment.c.id)
    captured = payment.c.state.in_(CAPTURED)
    return sa.select(payment.c.id, payment.c.state, payment.c.amount_minor, posted.label("posted_minor")).where(
        sa.or_(
            sa.and_(captured, as_expected != payment.c.amount_minor),
            posted != sa.case((captured, payment.c.amount_minor), else_=0),
        )
    )


@audit("payments.refunded_is_posted", "what is back with the payer stands in the ledger once, and nothing else does")
def refunded_is_posted(dialect: str) -> sa.Select[Any]:
    posted = _posted(ledger_entry.c.kind == "payments.refunded", refund.c.id)
    due = sa.case((refund.c.state == "succeeded", refund.c.amount_minor), else_=0)
    return sa.select(refund.c.id, refund.c.state, refund.c.amount_minor, posted.label("posted_minor")).where(
        posted != due
    )


@audit("payments.refunds_within_capture", "refunds of a payment are counted, never exceed it, and only money that came")
def refunds_within_capture(dialect: str) -> sa.Select[Any]:
    asked = _total(refund.c.amount_minor, refund.c.payment_id == payment.c.id)
    return sa.select(payment.c.id, payment.c.amount_minor, payment.c.refunded_minor, asked.label("asked_minor")).where(
        sa.or_(
            asked != payment.c.refunded_minor,
            asked > payment.c.amount_minor,
            sa.and_(asked > 0, payment.c.state.not_in(CAPTURED)),
        )
    )


@audit("payments.one_success", "one thing is paid once, however many notices, queries and return pages there were")
def one_success(dialect: str) -> sa.Select[Any]:
    succeeded = sa.select(payment.c.purpose, payment.c.subject_id, sa.func.count().label("successes"))
    by_subject = succeeded.where(payment.c.state == "succeeded").group_by(payment.c.purpose, payment.c.subject_id)
    return by_subject.having(sa.func.count() > 1)


@audit("payments.unapplied_goes_back_once", "money that came late or twice has one refund, over the whole of it")
def unapplied_goes_back_once(dialect: str) -> sa.Select[Any]:
    mine = refund.c.payment_id == payment.c.id
    refunds = sa.select(sa.func.count()).select_from(refund).where(mine).scalar_subquery()
    asked = _total(refund.c.amount_minor, mine)
    return sa.select(payment.c.id, payment.c.state, payment.c.amount_minor, refunds.label("refunds")).where(
        payment.c.state.in_(["late", "duplicate"]), sa.or_(refunds != 1, asked != payment.c.amount_minor)
    )


@audit("payments.parts_sum", "the parts of a payment sum to its amount")
def parts_sum(dialect: str) -> sa.Select[Any]:
    parts = _total(payment_part.c.amount_minor, payment_part.c.payment_id == payment.c.id)
    # A second capture goes back whole, so it has no parts.
    is_wrong = sa.and_(parts != payment.c.amount_minor, sa.not_(sa.and_(payment.c.state == "duplicate", parts == 0)))
    return sa.select(payment.c.id, payment.c.amount_minor, parts.label("parts_minor")).where(is_wrong)


@audit("payments.state_is_last_event", "a payment is in the state to which its last event moved it")
def payment_state_is_last_event(dialect: str) -> sa.Select[Any]:
    return _strays(payment, payment_event, payment_event.c.payment_id)


@audit("payments.refund_state_is_last_event", "a refund is in the state to which its last event moved it")
def refund_state_is_last_event(dialect: str) -> sa.Select[Any]:
    return _strays(refund, refund_event, refund_event.c.refund_id)


@audit("payments.bill_is_booked", "each line of a provider's bill stands in our books, or is a noted difference")
def bill_is_booked(dialect: str) -> sa.Select[Any]:
    booked_payment = sa.exists().where(
        payment.c.out_trade_no == bill_line.c.out_no,
        payment.c.amount_minor == bill_line.c.amount_minor,
        payment.c.state.in_(CAPTURED),
    )
    booked_refund = sa.exists().where(
        refund.c.out_refund_no == bill_line.c.out_no,
        refund.c.amount_minor == bill_line.c.amount_minor,
        refund.c.state == "succeeded",
    )
    noted = sa.exists().where(
        bill_difference.c.run_id == bill_line.c.run_id, bill_difference.c.out_no == bill_line.c.out_no
    )
    is_booked = sa.case((bill_line.c.kind == "payment", booked_payment), else_=booked_refund)
    lines = sa.select(bill_run.c.provider, bill_run.c.day, bill_line.c.kind, bill_line.c.out_no).join(
        bill_run, bill_run.c.id == bill_line.c.run_id
    )
    return lines.where(sa.not_(is_booked), sa.not_(noted))


@audit("payments.psp_is_unbilled", "a provider holds what it has captured and no bill has sent to the bank yet (4)")
def psp_is_unbilled(dialect: str) -> sa.Select[Any]:
    """Take what the accounts of providers hold from what should be there: unbilled payments less unbilled refunds."""
    of_provider = sa.literal("psp:") + payment.c.provider
    came = sa.select(of_provider.label("code"), payment.c.currency, payment.c.amount_minor).where(
        payment.c.state.in_(CAPTURED), payment.c.provider != "wallet", ~_billed("payment", payment)
    )
    went = (
        sa.select(of_provider, refund.c.currency, -refund.c.amount_minor)
        .join(payment, payment.c.id == refund.c.payment_id)
        .where(
            refund.c.state == "succeeded",
            refund.c.paid_by.is_(None),
            payment.c.provider != "wallet",
            ~_billed("refund", refund),
        )
    )
    sums = account_sums()
    held = sa.select(sums.c.code, sums.c.currency, -sums.c.balance_minor).where(sums.c.code.startswith("psp:"))
    both = sa.union_all(came, went, held).subquery("both_sides")
    missing = sa.func.sum(both.c.amount_minor)
    return (
        sa.select(both.c.code, both.c.currency, missing.label("missing_minor"))
        .group_by(both.c.code, both.c.currency)
        .having(missing != 0)
    )


def _billed(kind: str, table: sa.Table) -> sa.ColumnElement[bool]:
    number = table.c.out_trade_no if kind == "payment" else table.c.out_refund_no
    named = sa.and_(bill_line.c.kind == kind, bill_line.c.out_no == number)
    # The same figure in another currency is a difference, and has settled nothing.
    differs = sa.exists().where(
        bill_difference.c.run_id == bill_line.c.run_id,
        bill_difference.c.out_no == bill_line.c.out_no,
        bill_difference.c.kind == "amount",
    )
    return sa.exists().where(named, bill_line.c.amount_minor == table.c.amount_minor, ~differs).correlate(table)


def _posted(kind: sa.ColumnElement[bool], which: sa.Column[int]) -> sa.ScalarSelect[Any]:
    """How much the entries of these kinds have moved for one payment or refund."""
    mine = sa.and_(kind, ledger_entry.c.ref == sa.cast(which, sa.String))
    total = sa.func.coalesce(sa.func.sum(ledger_posting.c.amount_minor), 0)
    joined = sa.select(total).join(ledger_entry, ledger_entry.c.id == ledger_posting.c.entry_id)
    return joined.where(mine).correlate(payment, refund).scalar_subquery()


def _total(column: sa.Column[int], mine: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(mine).correlate(payment).scalar_subquery()


def _strays(table: sa.Table, events: sa.Table, whose: sa.Column[int]) -> sa.Select[Any]:
    last = sa.select(events.c.to_state).where(whose == table.c.id).order_by(events.c.id.desc()).limit(1)
    arrived = last.correlate(table).scalar_subquery()
    strays = sa.or_(arrived.is_(None), arrived != table.c.state)
    return sa.select(table.c.id, table.c.state, arrived.label("last_event")).where(strays)
