"""A provider that takes no money: for the demo town, for tests, and for looking around.

Its books are tables of their own and stand for another company's: nothing of ours is read from them but through
this class. It can pay, fail, pay late and pay twice. Its notices carry no signature, because they carry no
facts: whoever sends one makes us look into the books, as Mollie's do.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Database, Prepared, Timestamp, Tx, insert_if_absent
from miaohui.kit.errors import Conflict
from miaohui.kit.jobs import stage_job
from miaohui.kit.money import portion
from miaohui.money.payments.providers.contract import (
    Answer,
    BillLine,
    Handover,
    Notice,
    NoticeRefused,
    PaymentStatus,
    Provider,
    ProviderFault,
    RefundStatus,
    Visit,
)
from miaohui.money.payments.queries import Payment, Refund
from miaohui.money.payments.tables import sandbox_payment, sandbox_refund

Outcome = Literal["pay", "fail", "delay", "twice"]
DELAY = timedelta(minutes=1)
"""How late money comes that is paid late, unless one says otherwise."""
FEE_BP = 60
"""What Chinese providers commonly take: 0.6 %."""


class SandboxOver(Conflict):
    """The sandbox takes nothing more for this payment."""

    code = "sandbox_over"
    title = "This payment is over; nothing more can be done with it"


class _Book(msgspec.Struct, frozen=True, kw_only=True):
    out_trade_no: str
    amount_minor: int
    currency: str
    state: Literal["open", "paid", "failed", "closed"]
    times_paid: int
    paid_at: datetime | None


class _BookedRefund(msgspec.Struct, frozen=True, kw_only=True):
    out_refund_no: str
    out_trade_no: str
    amount_minor: int


class _NoticeBody(msgspec.Struct, frozen=True):
    out_trade_no: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]+$")]
    capture: int = 1


class SandboxProvider(Provider):
    """See the module. `act` is what its own page and the demo do in the payer's place."""

    name = "sandbox"

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, payment: Payment, visit: Visit) -> Handover:
        self._db.write_sync(_open_book, payment=payment)
        return Handover(kind="page", value=f"/pay/sandbox/{payment.id}")

    def query(self, payment: Payment) -> PaymentStatus:
        number = _book_of(payment)
        return _status(self._db.read_sync(_book, number), capture=1)

    def close(self, payment: Payment) -> PaymentStatus:
        return _status(self._db.write_sync(_close_book, out_trade_no=payment.out_trade_no), capture=1)

    def refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        self._db.write_sync(_book_refund, payment=payment, refund=refund)
        return RefundStatus(state="succeeded", provider_refund_no=f"SR{refund.out_refund_no}")

    def query_refund(self, payment: Payment, refund: Refund) -> RefundStatus:
        booked = self._db.read_sync(_booked_refund, refund.out_refund_no)
        if booked is None:
            return RefundStatus(state="unknown")
        return RefundStatus(state="succeeded", provider_refund_no=f"SR{refund.out_refund_no}")

    def parse_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        try:
            said = msgspec.json.decode(body, type=_NoticeBody)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NoticeRefused("this is no notice of the sandbox") from None
        book = self._db.read_sync(_book, said.out_trade_no)
        status = _status(book, capture=said.capture)
        if status.state == "unknown" or (status.state == "paid" and not 1 <= said.capture <= _times(book)):
            raise NoticeRefused("the sandbox knows nothing of this")
        return Notice(
            key=f"{said.out_trade_no}:{status.state}:{said.capture}",
            kind=f"payment.{status.state}",
            out_no=said.out_trade_no,
            payment=status,
        )

    def answer(self, *, heard: bool, reason: str = "", status: int = 400) -> Answer:
        body = msgspec.json.encode({"ok": heard, "reason": reason}).decode()
        return Answer(status=200 if heard else status, body=body)

    def bill(self, day: date) -> Sequence[BillLine]:
        return self._db.read_sync(_bill, day=day)

    def act(self, payment: Payment, *, outcome: Outcome, delay: timedelta = DELAY) -> list[bytes]:
        """Do what the payer chose, and return the bodies of the notices that the sandbox now sends.

        Pressing the same button twice pays once. Raises SandboxOver.
        """
        captures = self._db.write_sync(_act, out_trade_no=payment.out_trade_no, outcome=outcome, delay=delay)
        return [notice_body(payment.out_trade_no, capture) for capture in captures]

    def arrive(self, out_trade_no: str) -> list[bytes]:
        """Let money that was paid late come in now, and return the bodies of the notices."""
        captures = self._db.write_sync(_arrive, out_trade_no=out_trade_no)
        return [notice_body(out_trade_no, capture) for capture in captures]


def notice_body(out_trade_no: str, capture: int) -> bytes:
    """Return what the sandbox sends to us about a capture."""
    return msgspec.json.encode(_NoticeBody(out_trade_no, capture))


def _book_of(payment: Payment) -> str:
    """The number under which the books have it: a second capture of ours is theirs under the first one's."""
    if payment.state == "duplicate" and payment.provider_txn_no and payment.provider_txn_no.startswith("SB"):
        return payment.provider_txn_no[2:].rpartition("N")[0]
    return payment.out_trade_no


def _txn_no(out_trade_no: str, capture: int) -> str:
    return f"SB{out_trade_no}N{capture}"


def _times(book: _Book | None) -> int:
    return 0 if book is None else book.times_paid


def _status(book: _Book | None, *, capture: int) -> PaymentStatus:
    if book is None:
        return PaymentStatus(state="unknown")
    if book.state != "paid":
        return PaymentStatus(state=book.state)
    return PaymentStatus(
        state="paid",
        provider_txn_no=_txn_no(book.out_trade_no, capture),
        amount_minor=book.amount_minor,
        currency=book.currency,
        paid_at=book.paid_at,
    )


def _book(tx: Tx, out_trade_no: str) -> _Book | None:
    return tx.one(_BOOK, _Book, number=out_trade_no)


_BOOK = Prepared(
    sa.select(*(sandbox_payment.c[name] for name in _Book.__struct_fields__)).where(
        sandbox_payment.c.out_trade_no == sa.bindparam("number")
    )
)
_PAY = Prepared(
    sa.update(sandbox_payment)
    .where(
        sandbox_payment.c.out_trade_no == sa.bindparam("number"),
        sandbox_payment.c.state == "open",
        sandbox_payment.c.notify_at.is_(None),
    )
    .values(state="paid", times_paid=1, paid_at=sa.bindparam("now"))
)


def _booked_refund(tx: Tx, out_refund_no: str) -> _BookedRefund | None:
    columns = [sandbox_refund.c[name] for name in _BookedRefund.__struct_fields__]
    return tx.one(sa.select(*columns).where(sandbox_refund.c.out_refund_no == out_refund_no), _BookedRefund)


def _open_book(tx: Tx, *, payment: Payment) -> None:
    # We write down the handover before the payer hears of it.
    tx.rely_on_next_commit()
    row = {
        "out_trade_no": payment.out_trade_no,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "state": "open",
        "times_paid": 0,
        "opened_at": tx.now,
    }
    insert_if_absent(tx, sandbox_payment, row)


def _close_book(tx: Tx, *, out_trade_no: str) -> _Book | None:
    still_open = sa.and_(sandbox_payment.c.out_trade_no == out_trade_no, sandbox_payment.c.state == "open")
    tx.execute(sa.update(sandbox_payment).where(still_open).values(state="closed"))
    return _book(tx, out_trade_no)


def _act(tx: Tx, *, out_trade_no: str, outcome: Outcome, delay: timedelta) -> list[int]:
    this = sandbox_payment.c.out_trade_no == out_trade_no
    state = sandbox_payment.c.state
    match outcome:
        case "pay":
            # We write down the notice before the payer hears of it.
            tx.rely_on_next_commit()
            tx.changed(_PAY, number=out_trade_no, now=tx.now)
            wanted = "paid"
        case "twice":
            again = sa.update(sandbox_payment).where(this, state.in_(["open", "paid"]))
            tx.execute(
                again.values(
                    state="paid",
                    times_paid=2,
                    paid_at=sa.func.coalesce(sandbox_payment.c.paid_at, sa.literal(tx.now, Timestamp)),
                )
            )
            wanted = "paid"
        case "fail":
            tx.execute(sa.update(sandbox_payment).where(this, state == "open").values(state="failed"))
            wanted = "failed"
        case "delay":
            later = sa.update(sandbox_payment).where(this, state == "open", sandbox_payment.c.notify_at.is_(None))
            if tx.changed(later.values(notify_at=tx.now + delay)):
                stage_job(tx, "payments.sandbox_arrive", run_at=tx.now + delay, out_trade_no=out_trade_no)
            wanted = "open"
    book = _book(tx, out_trade_no)
    if book is None or book.state != wanted:
        raise SandboxOver
    return list(range(1, book.times_paid + 1)) if wanted == "paid" else [1] if wanted == "failed" else []


def _arrive(tx: Tx, *, out_trade_no: str) -> list[int]:
    """Also for a payment that was closed meanwhile: that is what late money is."""
    waiting = sa.and_(
        sandbox_payment.c.out_trade_no == out_trade_no,
        sandbox_payment.c.state.in_(["open", "closed"]),
        sandbox_payment.c.notify_at <= tx.now,
    )
    tx.execute(sa.update(sandbox_payment).where(waiting).values(state="paid", times_paid=1, paid_at=tx.now))
    return list(range(1, _times(_book(tx, out_trade_no)) + 1))


def _book_refund(tx: Tx, *, payment: Payment, refund: Refund) -> None:
    number = _book_of(payment)
    # The books of this payment are held, so that two refunds do not both find room.
    tx.execute(sa.select(sandbox_payment.c.state).where(sandbox_payment.c.out_trade_no == number).with_for_update())
    book, known = _book(tx, number), _booked_refund(tx, refund.out_refund_no)
    if known is not None:
        if (known.out_trade_no, known.amount_minor) != (number, refund.amount_minor):
            raise ProviderFault("this refund number stands for another refund", permanent=True)
        return
    if book is None or book.state != "paid":
        raise ProviderFault("nothing was paid that could be refunded", permanent=True)
    spent = sa.select(sa.func.sum(sandbox_refund.c.amount_minor)).where(sandbox_refund.c.out_trade_no == number)
    if int(tx.scalar(spent) or 0) + refund.amount_minor > book.amount_minor * book.times_paid:
        raise ProviderFault("more is asked back than was paid", permanent=True)
    row = {
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": number,
        "amount_minor": refund.amount_minor,
        "refunded_at": tx.now,
    }
    tx.execute(sa.insert(sandbox_refund).values(**row))


def _bill(tx: Tx, *, day: date) -> list[BillLine]:
    start = datetime.combine(day, time(), UTC)
    end = start + timedelta(days=1)
    columns = [sandbox_payment.c[name] for name in _Book.__struct_fields__]
    of_day = sa.and_(sandbox_payment.c.paid_at >= start, sandbox_payment.c.paid_at < end)
    books = tx.all(sa.select(*columns).where(of_day).order_by(sandbox_payment.c.out_trade_no), _Book)
    refunds = sa.select(*(sandbox_refund.c[name] for name in _BookedRefund.__struct_fields__))
    returned = refunds.where(sandbox_refund.c.refunded_at >= start, sandbox_refund.c.refunded_at < end)
    return [
        *(
            BillLine(
                kind="payment",
                out_no=book.out_trade_no,
                provider_no=_txn_no(book.out_trade_no, capture),
                amount_minor=book.amount_minor,
                fee_minor=portion(book.amount_minor, FEE_BP),
            )
            for book in books
            for capture in range(1, book.times_paid + 1)
        ),
        *(
            BillLine(
                kind="refund",
                out_no=booked.out_refund_no,
                provider_no=f"SR{booked.out_refund_no}",
                amount_minor=booked.amount_minor,
            )
            for booked in tx.all(returned.order_by(sandbox_refund.c.out_refund_no), _BookedRefund)
        ),
    ]
