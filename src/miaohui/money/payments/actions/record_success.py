"""Take in money that has arrived."""

import hashlib
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.request_refund import request_refund
from miaohui.money.payments.events import PaymentSucceeded
from miaohui.money.payments.locks import lock_subject
from miaohui.money.payments.moves import move_payment, note_payment_opened
from miaohui.money.payments.queries import Payment, parts_of, payment_by_id, payment_by_out_trade_no, success_of
from miaohui.money.payments.states import CAPTURED, PaymentState
from miaohui.money.payments.tables import payment


class AmountDiffers(Conflict):
    """The provider names another amount than ours; a person has to look, and nothing is delivered for it."""

    code = "amount_differs"
    title = "The amount that arrived is not the amount that was due"


def record_success(
    tx: Tx, *, payment_id: int, provider_txn_no: str, amount_minor: int, at: datetime, source: str
) -> Payment:
    """Take in money that a provider has captured: the one place where it arrives.

    provider_txn_no: the provider's number of the capture; hearing of it again changes nothing.
    at: when the provider took it. source: who said so (`notice`, `query`, `close`, `bill`, …).
    The first success of a thing goes to the accounts of its parts. Money for a payment that was closed is
    late, money for what is paid already is a duplicate; both go to unapplied receipts and back to the payer.
    Raises AmountDiffers; the payment then stays as it is.
    """
    asked = _held(tx, payment_id)
    if amount_minor != asked.amount_minor:
        raise AmountDiffers(ours_minor=asked.amount_minor, theirs_minor=amount_minor)
    if asked.state in CAPTURED:
        if asked.provider_txn_no == provider_txn_no:
            return asked
        return _take_second_capture(tx, asked, provider_txn_no=provider_txn_no, at=at, source=source)
    winner = success_of(tx, purpose=asked.purpose, subject_id=asked.subject_id)
    to: PaymentState = "duplicate" if winner else "late" if asked.state in {"closed", "failed"} else "succeeded"
    if not move_payment(
        tx, payment_id=payment_id, to=to, reason=source, provider_txn_no=provider_txn_no, paid_at=at, failure=None
    ):
        raise RuntimeError(f"payment {payment_id} moved although its subject was held")
    taken = msgspec.structs.replace(asked, state=to, provider_txn_no=provider_txn_no, paid_at=at, failure=None)
    if to == "succeeded":
        _apply(tx, taken)
    else:
        _send_back(tx, taken)
    return taken


def duplicate_no(payment_no: str, provider_txn_no: str) -> str:
    """Return our number of a second capture of one payment: the same for the same capture, at most 32 characters."""
    return "D" + hashlib.sha256(f"{payment_no}|{provider_txn_no}".encode()).hexdigest()[:31]


def _held(tx: Tx, payment_id: int) -> Payment:
    found = payment_by_id(tx, payment_id)
    if found is None:
        raise LookupError(f"there is no payment {payment_id}")
    lock_subject(tx, purpose=found.purpose, subject_id=found.subject_id)
    again = payment_by_id(tx, payment_id)
    if again is None:
        raise LookupError(f"payment {payment_id} is gone")
    return again


def _apply(tx: Tx, taken: Payment) -> None:
    source = accounts.wallet(taken.payer_id) if taken.provider == "wallet" else accounts.psp(taken.provider)
    post_entry(
        tx,
        kind="payments.received",
        ref=str(taken.id),
        currency=taken.currency,
        legs=[Leg(source, part.account_code, part.amount_minor) for part in parts_of(tx, taken.id)],
        memo=taken.description,
    )
    tx.emit(
        PaymentSucceeded(
            payment_id=taken.id,
            purpose=taken.purpose,
            subject_id=taken.subject_id,
            payer_id=taken.payer_id,
            amount_minor=taken.amount_minor,
            currency=taken.currency,
        )
    )


def _send_back(tx: Tx, taken: Payment) -> None:
    """Post money that nobody is owed as such, and refund it."""
    if taken.provider == "wallet":
        raise RuntimeError(f"nothing was taken from a wallet for payment {taken.id}, so nothing goes back to it")
    unapplied, owed = accounts.unapplied_receipts(), accounts.refund_payable()
    received = [Leg(accounts.psp(taken.provider), unapplied, taken.amount_minor)]
    post_entry(tx, kind="payments.unapplied", ref=str(taken.id), currency=taken.currency, legs=received)
    returned = [Leg(unapplied, owed, taken.amount_minor)]
    post_entry(tx, kind="payments.sent_back", ref=str(taken.id), currency=taken.currency, legs=returned)
    request_refund(
        tx,
        payment_id=taken.id,
        amount_minor=taken.amount_minor,
        ref=f"{taken.state}:{taken.id}",
        reason="came too late" if taken.state == "late" else "was paid twice",
    )


def _take_second_capture(tx: Tx, first: Payment, *, provider_txn_no: str, at: datetime, source: str) -> Payment:
    """Give a second capture of the same payment a row of its own, so that it is refunded like every duplicate."""
    number = duplicate_no(first.out_trade_no, provider_txn_no)
    second = msgspec.structs.replace(
        first,
        id=new_id(),
        out_trade_no=number,
        provider_txn_no=provider_txn_no,
        refunded_minor=0,
        state="duplicate",
        handover=None,
        created_at=tx.now,
        paid_at=at,
    )
    row = {field: getattr(second, field) for field in second.__struct_fields__}
    if not insert_if_absent(tx, payment, row):
        known = payment_by_out_trade_no(tx, number)
        if known is None:
            raise RuntimeError("a new id was drawn twice")
        return known
    note_payment_opened(tx, payment_id=second.id, state="duplicate", reason=source)
    _send_back(tx, second)
    return second
