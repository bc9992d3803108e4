"""From the wish to pay to the money in escrow, and what may go wrong between."""

from datetime import timedelta

import pytest

from miaohui.kit.db import Database
from miaohui.kit.ids import new_id
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.actions.open_payment import AlreadyPaid
from miaohui.money.payments.actions.record_success import AmountDiffers, record_success
from miaohui.money.payments.events import PaymentSucceeded
from miaohui.money.payments.providers.sandbox import SandboxOver
from miaohui.money.payments.services import ProviderNotOffered
from tests.at_once import at_once
from tests.emitted import emitted
from tests.money.payments.till import PRICE, Till


def test_mei_pays_and_the_money_is_in_escrow(db: Database, till: Till):
    payment = till.begun()

    paid = till.act(payment, "pay")

    assert (payment.state, payment.handover["value"]) == ("pending", f"/pay/sandbox/{payment.id}")
    assert (paid.state, paid.paid_at) == ("succeeded", till.clock.now())
    assert till.balance(accounts.escrow(payment.subject_id)) == PRICE
    assert till.balance(accounts.psp("sandbox")) == PRICE
    assert till.moves(payment.id) == [(None, "created"), ("created", "pending"), ("pending", "succeeded")]
    [event] = emitted(db, PaymentSucceeded)
    assert (event.payment_id, event.purpose, event.subject_id) == (payment.id, "trade", payment.subject_id)
    assert (event.payer_id, event.amount_minor, event.currency) == (till.payer_id, PRICE, "CNY")


def test_twelve_identical_requests_at_once_are_one_payment(db: Database, till: Till):
    subject_id = new_id()

    def ask_and_pay():
        return till.act(till.begun(subject_id=subject_id), "pay")

    answers = at_once([ask_and_pay] * 12)

    paid = {answer.id for answer in answers if not isinstance(answer, AlreadyPaid)}
    assert len(paid) == 1
    assert [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, AlreadyPaid)] == []
    [attempt] = till.attempts(till.find(paid.pop()))
    assert attempt.state == "succeeded"
    assert till.balance(accounts.psp("sandbox")) == PRICE
    assert len(emitted(db, PaymentSucceeded)) == 1


def test_who_asks_again_gets_the_same_payment_until_it_is_paid(till: Till):
    first = till.begun()

    assert till.open(subject_id=first.subject_id).id == first.id
    till.act(first, "pay")
    with pytest.raises(AlreadyPaid):
        till.open(subject_id=first.subject_id)


def test_another_way_to_pay_or_another_amount_takes_the_place_of_the_first(till: Till):
    first = till.begun()

    other_amount = till.open(subject_id=first.subject_id, amount=PRICE + 1)
    other_provider = till.open(subject_id=first.subject_id, provider="wallet", amount=PRICE + 1)

    states = [attempt.state for attempt in till.attempts(first)]
    assert states == ["closed", "closed", "created"]
    assert len({first.id, other_amount.id, other_provider.id}) == 3
    till.work()
    with pytest.raises(SandboxOver):
        till.act(first, "pay")


def test_a_failed_payment_leaves_room_for_the_next(till: Till):
    first = till.begun()

    assert till.act(first, "fail").state == "failed"
    second = till.begun(subject_id=first.subject_id)

    assert till.act(second, "pay").state == "succeeded"
    assert till.balance(accounts.psp("sandbox")) == PRICE


def test_another_amount_than_ours_delivers_nothing(db: Database, till: Till):
    payment = till.begun()

    with pytest.raises(AmountDiffers):
        db.write_sync(
            record_success,
            payment_id=payment.id,
            provider_txn_no="T1",
            amount_minor=PRICE - 1,
            at=till.clock.now(),
            source="notice",
        )

    assert till.find(payment.id).state == "pending"
    assert emitted(db, PaymentSucceeded) == []
    assert till.balance(accounts.psp("sandbox")) == 0


def test_money_for_a_closed_payment_is_late_and_goes_back_once(db: Database, till: Till):
    payment = till.begun()
    till.act(payment, "delay")
    assert db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")

    till.clock.advance(timedelta(minutes=2))
    till.work()
    till.work()

    assert till.find(payment.id).state == "late"
    [refund] = till.refunds(payment.id)
    assert (refund.ref, refund.state, refund.amount_minor) == (f"late:{payment.id}", "succeeded", PRICE)
    assert emitted(db, PaymentSucceeded) == []
    for code in (accounts.psp("sandbox"), accounts.unapplied_receipts(), accounts.refund_payable()):
        assert till.balance(code) == 0
    assert till.failures() == []


def test_what_is_paid_late_but_in_time_is_paid(till: Till):
    payment = till.begun()
    assert till.act(payment, "delay").state == "pending"

    till.clock.advance(timedelta(minutes=2))
    till.work()

    assert till.find(payment.id).state == "succeeded"


def test_what_is_paid_twice_goes_back_once(db: Database, till: Till):
    payment = till.begun()

    till.act(payment, "twice")
    till.act(payment, "twice")
    till.work()

    first, second = till.attempts(payment)
    assert (first.state, second.state) == ("succeeded", "duplicate")
    assert till.refunds(first.id) == []
    [refund] = till.refunds(second.id)
    assert (refund.ref, refund.state) == (f"duplicate:{second.id}", "succeeded")
    assert till.balance(accounts.psp("sandbox")) == PRICE
    assert till.balance(accounts.unapplied_receipts()) == 0
    assert len(emitted(db, PaymentSucceeded)) == 1


def test_two_attempts_that_are_both_paid_at_once_leave_one(db: Database, till: Till):
    first = till.begun()
    notices = till.pay_at_sandbox(first)
    second = till.begun(subject_id=first.subject_id, amount=PRICE + 5)
    notices += till.pay_at_sandbox(second)

    assert at_once([lambda body=body: till.hear(body) for body in notices * 4]) == [200] * 8
    till.work()

    # The first was closed when the second took its place: whichever comes second in time, it is sent back.
    states = [attempt.state for attempt in till.attempts(first)]
    assert states[1] == "succeeded"
    assert states[0] in {"late", "duplicate"}
    assert till.balance(accounts.psp("sandbox")) == PRICE + 5
    assert len(emitted(db, PaymentSucceeded)) == 1


@pytest.mark.parametrize(("second_first", "state"), [(True, "duplicate"), (False, "late")])
def test_money_for_an_attempt_that_was_replaced_goes_back(till: Till, second_first: bool, state: str):
    first = till.begun()
    [to_first] = till.pay_at_sandbox(first)
    second = till.begun(subject_id=first.subject_id, amount=PRICE + 5)
    [to_second] = till.pay_at_sandbox(second)

    for notice in (to_second, to_first) if second_first else (to_first, to_second):
        till.hear(notice)
    till.work()

    assert [attempt.state for attempt in till.attempts(first)] == [state, "succeeded"]
    assert [refund.ref for refund in till.refunds(first.id)] == [f"{state}:{first.id}"]


def test_the_sandbox_gives_nothing_away_where_it_is_not_offered(db: Database, till: Till):
    payment = till.open()
    till.payments.offered = ("wallet",)

    with pytest.raises(ProviderNotOffered):
        till.payments.begin_sync(payment.id)

    assert till.find(payment.id).state == "failed"


def test_the_wallet_pays_at_once_or_not_at_all(till: Till, db: Database):
    from miaohui.money.ledger.actions.post_entry import InsufficientFunds
    from miaohui.money.payments.actions.pay_wallet import pay_wallet

    empty = till.open(provider="wallet")
    with pytest.raises(InsufficientFunds):
        till.payments.begin_sync(empty.id)
    assert till.find(empty.id).state == "failed"

    fill = {"person_id": till.payer_id, "amount_minor": PRICE + 20, "currency": "CNY", "debit": accounts.bank()}
    for _ in range(2):
        db.write_sync(pay_wallet, **fill, ref="claim:1")
    paid = till.begun(provider="wallet", subject_id=empty.subject_id)

    assert paid.state == "succeeded"
    assert till.balance(accounts.wallet(till.payer_id)) == 20
    assert till.balance(accounts.escrow(paid.subject_id)) == PRICE
