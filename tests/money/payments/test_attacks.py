"""What somebody tries who wants goods for nothing, or money back that was never paid; and what an accountant would ask."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions import pay_wallet as paying
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.actions.hear_notice import hear_notice
from miaohui.money.payments.actions.open_payment import AlreadyPaid
from miaohui.money.payments.actions.pay_wallet import pay_from_wallet, pay_wallet
from miaohui.money.payments.actions.record_success import record_success
from miaohui.money.payments.events import PaymentSucceeded, RefundSucceeded
from miaohui.money.payments.providers.contract import BillLine, Notice, RefundStatus, Visit
from miaohui.money.payments.providers.sandbox import SandboxProvider
from miaohui.money.payments.queries import Payment, bill_differences
from miaohui.money.payments.services import ProviderNotOffered
from miaohui.money.payments.tables import provider_notice
from tests.at_once import at_once
from tests.emitted import emitted
from tests.money.payments.simulator.running import Companies
from tests.money.payments.test_any_order import broken_promises
from tests.money.payments.test_refunds_and_bills import give_back
from tests.money.payments.till import PRICE, Till

SAVINGS = 5 * PRICE


@pytest.fixture
def savings(db: Database, till: Till) -> int:
    """What Mei has in her wallet."""
    fill = {"person_id": till.payer_id, "amount_minor": SAVINGS, "currency": "CNY", "debit": accounts.bank()}
    db.write_sync(pay_wallet, **fill, ref="claim:1")
    return SAVINGS


def hear(shop: Till, companies: Companies, name: str, number: str, fault: str = "") -> int:
    notice = companies.tell("notice", name, number=number, fault=fault)
    return shop.payments.hear_sync(name, notice["headers"], notice["body"].encode()).status


def outcomes(db: Database, number: str) -> list[str]:
    """How the notices about a number were taken, oldest first."""
    query = (
        sa.select(provider_notice.c.outcome).where(provider_notice.c.out_no == number).order_by(provider_notice.c.id)
    )
    return db.read_sync(lambda tx: list(tx.scalars(query)))


@pytest.mark.parametrize("name", ["stripe", "wechat"])
def test_the_same_figure_in_another_currency_delivers_nothing(shop: Till, companies: Companies, name: str):
    payment = shop.begun(provider=name)
    companies.tell("pay", name, number=payment.out_trade_no)

    assert hear(shop, companies, name, payment.out_trade_no, "other_currency") == 200

    assert outcomes(shop.db, payment.out_trade_no) == ["wrong_amount"]
    assert shop.find(payment.id).state == "pending"
    assert shop.balance(accounts.psp(name)) == 0


@pytest.mark.parametrize("fault", ["other_merchant", "other_application"])
def test_what_was_paid_to_another_merchant_is_not_ours(shop: Till, companies: Companies, fault: str):
    payment = shop.begun(provider="wechat")
    companies.tell("pay", "wechat", number=payment.out_trade_no)

    assert hear(shop, companies, "wechat", payment.out_trade_no, fault) == 400

    assert outcomes(shop.db, payment.out_trade_no) == []
    assert shop.find(payment.id).state == "pending"


def test_a_provider_does_not_speak_for_what_is_paid_at_another(shop: Till, companies: Companies):
    """Whoever pays our number at Stripe, where the account takes any reference, has not paid at WeChat."""
    payment = shop.begun(provider="wechat")
    shop.payments.provider("stripe").begin(payment, Visit())
    companies.tell("pay", "stripe", number=payment.out_trade_no)

    assert hear(shop, companies, "stripe", payment.out_trade_no) == 200

    assert outcomes(shop.db, payment.out_trade_no) == ["unknown"]
    assert shop.find(payment.id).state == "pending"
    assert emitted(shop.db, PaymentSucceeded) == []
    # Nobody can be sure whose it is, so a person sees it in the bill.
    shop.reconcile(shop.clock.now().date(), "stripe")
    assert payment.out_trade_no in {one.out_no for one in shop.db.read_sync(bill_differences)}
    assert shop.find(payment.id).state == "pending"


def test_a_provider_does_not_refund_what_is_paid_at_another(shop: Till, companies: Companies):
    payment = shop.begun(provider="wechat")
    companies.tell("pay", "wechat", number=payment.out_trade_no)
    hear(shop, companies, "wechat", payment.out_trade_no)
    companies.tell("refund_state", "wechat", state="processing")
    shop.db.write_sync(give_back, payment=payment, amount=5_00, ref="aftersale:1")
    shop.work()
    [waiting] = shop.refunds(payment.id)

    told = Notice(key="N1", kind="refund", out_no=waiting.out_refund_no, refund=RefundStatus(state="succeeded"))
    assert shop.db.write_sync(hear_notice, provider="stripe", notice=told, body="") == "unknown"

    assert shop.refunds(payment.id)[0].state == "processing"
    assert shop.balance(accounts.refund_payable()) == 5_00
    companies.tell("refund_state", "wechat", state="succeeded")


@pytest.mark.parametrize("name", ["stripe", "wechat"])
@pytest.mark.parametrize("fault", ["wrong_amount", "other_currency"])
def test_a_refund_of_another_amount_is_not_taken_for_ours(shop: Till, companies: Companies, name: str, fault: str):
    payment = shop.begun(provider=name)
    companies.tell("pay", name, number=payment.out_trade_no)
    hear(shop, companies, name, payment.out_trade_no)
    companies.tell("refund_state", name, state="processing")
    shop.db.write_sync(give_back, payment=payment, amount=5_00, ref="aftersale:1")
    shop.work()
    [waiting] = shop.refunds(payment.id)
    companies.tell("refund_state", name, state="succeeded")

    assert hear(shop, companies, name, waiting.out_refund_no, fault) == 200
    assert shop.refunds(payment.id)[0].state == "processing"
    for _ in range(2):
        assert hear(shop, companies, name, waiting.out_refund_no) == 200

    assert outcomes(shop.db, waiting.out_refund_no) == ["wrong_amount", "applied", "applied"]
    assert len(emitted(shop.db, RefundSucceeded)) == 1
    assert shop.balance(accounts.psp(name)) == PRICE - 5_00
    assert broken_promises(shop.db) == {}


def test_a_bill_in_another_currency_settles_nothing(db: Database, till: Till, monkeypatch: pytest.MonkeyPatch):
    paid = till.act(till.begun(), "pay")
    db.write_sync(give_back, payment=paid, amount=5_00, ref="aftersale:1")
    till.work()
    [refund] = till.refunds(paid.id)
    day = till.clock.now().date()
    lines = [
        BillLine(
            kind="payment",
            out_no=paid.out_trade_no,
            provider_no=str(paid.provider_txn_no),
            amount_minor=PRICE,
            currency="USD",
        ),
        BillLine(kind="refund", out_no=refund.out_refund_no, provider_no="R1", amount_minor=5_00, currency="USD"),
    ]
    bills: dict[date, list[BillLine]] = {day: lines}
    monkeypatch.setattr(SandboxProvider, "bill", lambda _, wanted: bills[wanted])

    till.reconcile(day)

    differences = db.read_sync(bill_differences)
    assert {(one.kind, one.out_no) for one in differences} == {
        ("amount", paid.out_trade_no),
        ("amount", refund.out_refund_no),
    }
    assert till.balance(accounts.bank()) == 0
    assert till.balance(accounts.psp("sandbox")) == PRICE - 5_00
    assert broken_promises(db) == {}


def test_a_rehearsal_that_is_over_gives_nothing_away(till: Till):
    begun, waiting = till.begun(), till.begun()
    till.act(waiting, "delay")
    till.payments.offered = ("wallet",)

    for outcome in ("pay", "twice", "delay"):
        with pytest.raises(ProviderNotOffered):
            till.act(begun, outcome)

    assert till.find(begun.id).state == "pending"
    assert till.balance(accounts.psp("sandbox")) == 0


def test_a_wallet_that_is_asked_too_late_neither_pays_nor_gets_anything_back(
    db: Database, till: Till, savings: int, monkeypatch: pytest.MonkeyPatch
):
    payment = till.open(provider="wallet")
    truly = paying.lock_subject

    def while_somebody_closes(tx: Tx, **subject: Any) -> None:
        close_payment(tx, payment_id=payment.id, reason="cancelled")
        truly(tx, **subject)

    monkeypatch.setattr(paying, "lock_subject", while_somebody_closes)
    answer = db.write_sync(pay_from_wallet, payment_id=payment.id)
    till.work()

    assert answer.state == "closed"
    assert till.attempts(payment)[0].state == "closed"
    assert till.refunds(payment.id) == []
    assert till.balance(accounts.wallet(till.payer_id)) == savings
    assert broken_promises(db) == {}


def test_nothing_is_sent_back_to_a_wallet_that_gave_nothing(db: Database, till: Till, savings: int):
    payment = till.open(provider="wallet")
    db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")

    with pytest.raises(RuntimeError):
        db.write_sync(
            record_success,
            payment_id=payment.id,
            provider_txn_no=payment.out_trade_no,
            amount_minor=PRICE,
            at=till.clock.now(),
            source="wallet",
        )

    assert till.find(payment.id).state == "closed"
    assert till.balance(accounts.wallet(till.payer_id)) == savings


@pytest.mark.parametrize("round_", range(4))
def test_paid_from_the_wallet_and_at_the_provider_at_the_same_moment(
    db: Database, till: Till, savings: int, round_: int
):
    first = till.begun()
    [notice] = till.pay_at_sandbox(first)

    def from_wallet() -> Payment:
        return till.begun(subject_id=first.subject_id, provider="wallet")

    answers = at_once(
        [from_wallet, lambda: till.hear(notice)] if round_ % 2 else [lambda: till.hear(notice), from_wallet]
    )
    till.work()

    states = [attempt.state for attempt in till.attempts(first)]
    assert states in (["succeeded"], ["late", "succeeded"], ["duplicate", "succeeded"])
    by_wallet = len(states) == 2
    assert any(isinstance(answer, AlreadyPaid) for answer in answers) == (not by_wallet)
    assert till.balance(accounts.wallet(till.payer_id)) == savings - PRICE * by_wallet
    assert till.balance(accounts.psp("sandbox")) == PRICE * (not by_wallet)
    assert till.balance(accounts.escrow(first.subject_id)) == PRICE
    assert len(emitted(db, PaymentSucceeded)) == 1
    assert broken_promises(db) == {}


@pytest.mark.parametrize("round_", range(4))
def test_cancelled_and_paid_from_the_wallet_at_the_same_moment(db: Database, till: Till, savings: int, round_: int):
    payment = till.open(provider="wallet")

    def close() -> bool:
        return db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")

    def pay() -> Payment:
        return till.payments.begin_sync(payment.id)

    at_once([close, pay] if round_ % 2 else [pay, close])
    till.work()

    found = till.find(payment.id)
    assert found.state in {"closed", "succeeded"}
    assert till.refunds(payment.id) == []
    assert till.balance(accounts.wallet(till.payer_id)) == savings - PRICE * (found.state == "succeeded")
    assert broken_promises(db) == {}


def test_a_payment_that_is_closed_twice_is_told_to_its_provider_once(shop: Till, companies: Companies):
    payment = shop.begun(provider="wechat")
    close = {"payment_id": payment.id, "reason": "cancelled"}

    closed = at_once([lambda: shop.db.write_sync(close_payment, **close) for _ in range(4)])
    shop.work()
    shop.clock.advance(timedelta(hours=1))
    shop.sweep()

    assert sorted(closed) == [False, False, False, True]
    assert [(before, after) for before, after in shop.moves(payment.id) if after == "closed"] == [("pending", "closed")]
    assert shop.failures() == []
