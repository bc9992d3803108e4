"""Money on its way back, and the provider's bill of the day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.record_bill import DifferenceClosed, close_difference
from miaohui.money.payments.actions.record_refund import RefundNotStuck, retry_refund
from miaohui.money.payments.actions.request_refund import RefundRefReused, RefundTooLarge, request_refund
from miaohui.money.payments.actions.settle_refund import Way, settle_refund
from miaohui.money.payments.events import RefundStuck, RefundSucceeded
from miaohui.money.payments.providers.contract import BillLine, ProviderFault, RefundStatus
from miaohui.money.payments.providers.sandbox import SandboxProvider
from miaohui.money.payments.queries import Payment, Refund, bill_differences, stuck_refunds
from miaohui.money.payments.tables import payment_event, refund
from tests.at_once import at_once
from tests.emitted import emitted
from tests.money.payments.test_any_order import broken_promises
from tests.money.payments.till import PRICE, Till


@pytest.fixture
def paid(till: Till) -> Payment:
    return till.act(till.begun(), "pay")


def give_back(tx: Tx, *, payment: Payment, amount: int, ref: str) -> Refund:
    """What an after-sales case does: the money leaves escrow, and its refund is asked for."""
    legs = [Leg(accounts.escrow(payment.subject_id), accounts.refund_payable(), amount)]
    post_entry(tx, kind="test.refund", ref=ref, currency="CNY", legs=legs)
    return request_refund(tx, payment_id=payment.id, amount_minor=amount, ref=ref, reason="too sweet")


def test_a_part_goes_back_once_for_each_reason(db: Database, till: Till, paid: Payment):
    first, again = (db.write_sync(give_back, payment=paid, amount=5_00, ref="aftersale:1") for _ in range(2))
    till.work()

    assert first.id == again.id
    [done] = till.refunds(paid.id)
    assert (done.state, done.attempts, till.find(paid.id).refunded_minor) == ("succeeded", 1, 5_00)
    assert till.refund_moves(done.id) == [(None, "created"), ("created", "processing"), ("processing", "succeeded")]
    assert (till.balance(accounts.psp("sandbox")), till.balance(accounts.refund_payable())) == (PRICE - 5_00, 0)
    [event] = emitted(db, RefundSucceeded)
    assert (event.refund_id, event.payment_id, event.ref, event.amount_minor) == (done.id, paid.id, "aftersale:1", 5_00)
    with pytest.raises(RefundRefReused):
        db.write_sync(request_refund, payment_id=paid.id, amount_minor=4_00, ref="aftersale:1", reason="x")


def test_never_more_goes_back_than_came_also_at_the_same_moment(db: Database, till: Till, paid: Payment):
    def ask(number: int) -> Refund:
        return db.write_sync(give_back, payment=paid, amount=5_00, ref=f"aftersale:{number}")

    answers = at_once([lambda number=number: ask(number) for number in range(6)])
    till.work()

    # Escrow refuses as well as the payment: whichever is asked first.
    assert len([answer for answer in answers if isinstance(answer, Refund)]) == 2
    assert till.find(paid.id).refunded_minor == 10_00
    with pytest.raises(RefundTooLarge):
        db.write_sync(request_refund, payment_id=paid.id, amount_minor=2_81, ref="more", reason="x")
    with pytest.raises(RefundTooLarge):
        db.write_sync(request_refund, payment_id=till.begun().id, amount_minor=1, ref="unpaid", reason="x")
    assert broken_promises(db) == {}


def test_a_busy_provider_is_asked_again_under_the_same_number(
    db: Database, till: Till, paid: Payment, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []

    def busy(self: object, payment: Payment, refund: Refund) -> RefundStatus:
        asked.append(refund.out_refund_no)
        raise ProviderFault("busy", permanent=False)

    with monkeypatch.context() as patched:
        patched.setattr(SandboxProvider, "refund", busy)
        opened = db.write_sync(give_back, payment=paid, amount=PRICE, ref="aftersale:1")
        till.work()
        assert till.refunds(paid.id)[0].state == "failed"
        till.clock.advance(timedelta(minutes=1))
        till.work()
    till.clock.advance(timedelta(minutes=5))
    till.work()

    assert asked == [opened.out_refund_no] * 2
    assert till.refunds(paid.id)[0].state == "succeeded"
    assert till.balance(accounts.refund_payable()) == 0


def test_a_process_that_dies_after_asking_refunds_once(
    db: Database, till: Till, paid: Payment, monkeypatch: pytest.MonkeyPatch
):
    opened = db.write_sync(give_back, payment=paid, amount=PRICE, ref="aftersale:1")
    done = SandboxProvider.refund

    def die_after(self: SandboxProvider, payment: Payment, refund: Refund) -> RefundStatus:
        done(self, payment, refund)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SandboxProvider, "refund", die_after)
        with pytest.raises(KeyboardInterrupt):
            till.payments.refund_sync(opened.id)
    till.work()

    assert till.refunds(paid.id)[0].state == "succeeded"
    assert till.posted("payments.refunded") == 1


def test_what_only_a_person_can_mend_waits_for_one(
    db: Database, till: Till, paid: Payment, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> RefundStatus:
        return RefundStatus(state="stuck", reason="the payer's account is closed")

    with monkeypatch.context() as patched:
        patched.setattr(SandboxProvider, "refund", refuse)
        opened = db.write_sync(give_back, payment=paid, amount=PRICE, ref="aftersale:1")
        till.work()
    [stuck] = db.read_sync(stuck_refunds)
    assert (stuck.id, stuck.failure) == (opened.id, "the payer's account is closed")
    assert [event.ref for event in emitted(db, RefundStuck)] == ["aftersale:1"]

    db.write_sync(retry_refund, refund_id=opened.id, by_id=7)
    till.work()

    assert till.refunds(paid.id)[0].state == "succeeded"
    with pytest.raises(RefundNotStuck):
        db.write_sync(retry_refund, refund_id=opened.id, by_id=7)
    assert broken_promises(db) == {}


@pytest.fixture
def stuck(db: Database, till: Till, paid: Payment, monkeypatch: pytest.MonkeyPatch) -> Refund:
    """A refund that the provider will never carry out."""
    opened: Refund = db.write_sync(give_back, payment=paid, amount=5_00, ref="aftersale:1")
    with monkeypatch.context() as patched:
        patched.setattr(SandboxProvider, "refund", lambda *_: RefundStatus(state="stuck", reason="account closed"))
        till.work()
    assert till.refunds(paid.id)[0].state == "abnormal"
    return opened


@pytest.mark.parametrize("way", ["wallet", "bank"])
def test_a_stuck_refund_is_paid_another_way_once(db: Database, till: Till, paid: Payment, stuck: Refund, way: Way):
    settle = {"refund_id": stuck.id, "by_id": 7, "way": way, "note": "as said on the telephone"}
    answers = at_once([lambda: db.write_sync(settle_refund, **settle) for _ in range(4)])
    till.work()

    assert sum(isinstance(answer, Refund) for answer in answers) == 1
    assert sum(isinstance(answer, RefundNotStuck) for answer in answers) == 3
    code = accounts.wallet(till.payer_id) if way == "wallet" else accounts.bank()
    assert till.balance(code) == (5_00 if way == "wallet" else -5_00)
    assert (till.balance(accounts.psp("sandbox")), till.balance(accounts.refund_payable())) == (PRICE, 0)
    assert [event.ref for event in emitted(db, RefundSucceeded)] == ["aftersale:1"]
    assert broken_promises(db) == {}


def test_should_the_provider_pay_after_all_its_bill_shows_it(
    db: Database, till: Till, paid: Payment, stuck: Refund, monkeypatch: pytest.MonkeyPatch
):
    db.write_sync(settle_refund, refund_id=stuck.id, by_id=7, way="wallet", note="as said")
    day = till.clock.now().date()
    captured = {"kind": "payment", "out_no": paid.out_trade_no, "provider_no": paid.provider_txn_no}
    twice = BillLine(kind="refund", out_no=stuck.out_refund_no, provider_no="R1", amount_minor=5_00)
    bills = {day: [BillLine(amount_minor=PRICE, **captured), twice], day + timedelta(days=1): []}
    monkeypatch.setattr(SandboxProvider, "bill", lambda _, wanted: bills[wanted])

    for wanted in bills:
        till.reconcile(wanted)

    [found] = db.read_sync(bill_differences)
    assert (found.kind, found.out_no, found.theirs_minor) == ("missing_here", stuck.out_refund_no, 5_00)
    assert till.balance(accounts.bank()) == PRICE
    assert broken_promises(db) == {}


def test_what_was_tried_for_days_is_really_asked_for_again(db: Database, till: Till, paid: Payment, stuck: Refund):
    db.write_sync(lambda tx: tx.execute(sa.update(refund).values(attempts=72)))
    db.write_sync(retry_refund, refund_id=stuck.id, by_id=7)
    till.work()

    assert till.refunds(paid.id)[0].state == "succeeded"
    with pytest.raises(RefundNotStuck):
        db.write_sync(settle_refund, refund_id=stuck.id, by_id=7, way="wallet", note="too late")
    assert broken_promises(db) == {}


def test_a_wallet_gets_its_money_back_in_the_wallet(db: Database, till: Till):
    from miaohui.money.payments.actions.pay_wallet import pay_wallet

    db.write_sync(
        pay_wallet, person_id=till.payer_id, amount_minor=PRICE, currency="CNY", debit=accounts.bank(), ref="claim:1"
    )
    from_wallet = till.begun(provider="wallet")

    db.write_sync(give_back, payment=from_wallet, amount=5_00, ref="aftersale:1")
    till.work()

    assert till.balance(accounts.wallet(till.payer_id)) == 5_00
    assert broken_promises(db) == {}


def test_the_bill_agrees_and_its_fees_are_posted(db: Database, till: Till, paid: Payment):
    db.write_sync(give_back, payment=paid, amount=5_00, ref="aftersale:1")
    till.act(till.begun(), "twice")
    till.work()
    day = till.clock.now().date()

    till.clock.advance(timedelta(days=1))
    till.reconcile(day)
    till.reconcile(day)
    till.clock.advance(timedelta(days=1))
    till.reconcile(day + timedelta(days=1))

    assert db.read_sync(bill_differences) == []
    assert till.balance(accounts.psp_fee()) == 3 * 8  # 0.6 % of 12.80 for each of three captures
    # The duplicate's refund is billed a day later, as a day that the bank pays for.
    assert till.balance(accounts.psp("sandbox")) == 0
    assert till.balance(accounts.bank()) == 2 * PRICE - 5_00 - 3 * 8
    assert till.posted("payments.settled_to_bank") >= 1
    assert broken_promises(db) == {}


def test_what_a_bill_does_not_explain_stays_with_the_provider(
    db: Database, till: Till, paid: Payment, monkeypatch: pytest.MonkeyPatch
):
    day, odd = till.clock.now().date(), till.act(till.begun(), "pay")
    told = {"kind": "payment", "out_no": paid.out_trade_no, "provider_no": paid.provider_txn_no, "fee_minor": 8}
    right = BillLine(amount_minor=PRICE, **told)
    wrong = BillLine(kind="payment", out_no=odd.out_trade_no, provider_no="T9", amount_minor=PRICE - 1)
    # The next day's bill names the first payment again.
    bills = {day: [right, wrong], day + timedelta(days=1): [msgspec.structs.replace(right, fee_minor=0)]}
    monkeypatch.setattr(SandboxProvider, "bill", lambda _, wanted: bills[wanted])

    for wanted in bills:
        till.reconcile(wanted)

    assert till.balance(accounts.bank()) == PRICE - 8
    assert till.balance(accounts.psp("sandbox")) == PRICE
    assert broken_promises(db) == {}


def test_a_day_of_refunds_is_paid_from_the_bank(db: Database, till: Till, paid: Payment):
    till.clock.advance(timedelta(days=1))
    till.reconcile(till.clock.now().date() - timedelta(days=1))
    db.write_sync(give_back, payment=paid, amount=5_00, ref="aftersale:1")
    till.work()
    assert till.balance(accounts.psp("sandbox")) == -5_00

    till.clock.advance(timedelta(days=1))
    till.reconcile(till.clock.now().date() - timedelta(days=1))

    assert till.balance(accounts.psp("sandbox")) == 0
    assert till.balance(accounts.bank()) == PRICE - 8 - 5_00
    assert broken_promises(db) == {}


def test_money_of_which_nobody_told_us_is_found_in_the_bill(db: Database, till: Till):
    lost, given_up = till.begun(), till.begun()
    till.pay_at_sandbox(lost)
    till.act(given_up, "delay")
    till.clock.advance(timedelta(minutes=5))
    till.payments.sandbox(given_up).arrive(given_up.out_trade_no)

    till.reconcile(till.clock.now().date())

    assert till.find(lost.id).state == "succeeded"
    assert till.find(given_up.id).state == "succeeded"
    assert broken_promises(db) == {}


def test_differences_are_noted_until_a_person_has_settled_them(
    db: Database, till: Till, paid: Payment, monkeypatch: pytest.MonkeyPatch
):
    day = till.clock.now().date()
    forgotten, other = till.act(till.begun(), "pay"), till.begun()
    bills: Mapping[date, list[BillLine]] = {
        day: [
            BillLine(kind="payment", out_no=paid.out_trade_no, provider_no=paid.provider_txn_no, amount_minor=PRICE),
            BillLine(kind="payment", out_no=other.out_trade_no, provider_no="T9", amount_minor=PRICE - 1),
            BillLine(kind="payment", out_no="MH404", provider_no="T8", amount_minor=77),
            BillLine(kind="refund", out_no="MR404", provider_no="R8", amount_minor=33),
        ],
        day + timedelta(days=1): [],
    }
    monkeypatch.setattr(SandboxProvider, "bill", lambda _, wanted: bills[wanted])

    till.reconcile(day)
    till.reconcile(day + timedelta(days=1))

    found = {(one.kind, one.out_no, one.ours_minor, one.theirs_minor) for one in db.read_sync(bill_differences)}
    assert found == {
        ("amount", other.out_trade_no, PRICE, PRICE - 1),
        ("missing_here", "MH404", None, 77),
        ("missing_here", "MR404", None, 33),
        ("missing_there", forgotten.out_trade_no, PRICE, None),
    }
    assert till.find(other.id).state == "pending"
    [first, *rest] = db.read_sync(bill_differences)
    db.write_sync(close_difference, difference_id=first.id, by_id=7, note="the provider has confirmed it by phone")
    assert len(db.read_sync(bill_differences)) == len(rest)
    with pytest.raises(DifferenceClosed):
        db.write_sync(close_difference, difference_id=first.id, by_id=7, note="again")
    assert broken_promises(db) == {}


DAMAGES: Mapping[str, Any] = {
    "payments.captured_is_posted": "UPDATE payment SET amount_minor = amount_minor + 1",
    "payments.refunded_is_posted": "UPDATE refund SET amount_minor = amount_minor - 1",
    "payments.refunds_within_capture": "UPDATE payment SET refunded_minor = refunded_minor + 1",
    "payments.unapplied_goes_back_once": "UPDATE payment SET state = 'late'",
    "payments.parts_sum": "DELETE FROM payment_part",
    "payments.state_is_last_event": sa.delete(payment_event).where(payment_event.c.to_state == "succeeded"),
    "payments.refund_state_is_last_event": sa.update(refund).values(state="processing", succeeded_at=None),
    "payments.bill_is_booked": "UPDATE bill_line SET amount_minor = amount_minor + 1",
    "payments.psp_is_unbilled": "DELETE FROM bill_line WHERE kind = 'refund'",
    "payments.one_success": None,
}


@pytest.mark.parametrize("audit", DAMAGES)
def test_each_audit_sees_the_damage_that_it_is_for(db: Database, till: Till, paid: Payment, audit: str):
    db.write_sync(give_back, payment=paid, amount=5_00, ref="aftersale:1")
    till.work()
    till.reconcile(till.clock.now().date())
    assert broken_promises(db) == {}
    damage = DAMAGES[audit]

    def harm(tx: Tx) -> None:
        if damage is None:
            tx.execute(sa.text("DROP INDEX uq_payment_success"))
            tx.execute(sa.text("UPDATE payment SET state = 'succeeded', paid_at = 1, subject_id = 1"))
        else:
            tx.execute(sa.text(damage) if isinstance(damage, str) else damage)

    if damage is None:
        till.begun()
    db.write_sync(harm)

    assert broken_promises(db).get(audit, 0) > 0
