"""Whatever order notices, queries, return pages, closings and refunds come in, the money is right in the end."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.db import Database
from miaohui.money.ledger import accounts
from miaohui.money.payments import audits  # noqa: F401  importing declares the questions
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.actions.open_payment import AlreadyPaid
from miaohui.money.payments.events import PaymentSucceeded
from miaohui.money.payments.providers.sandbox import SandboxOver
from miaohui.money.payments.services import ProviderSilent
from tests.at_once import at_once
from tests.emitted import emitted
from tests.money.payments.till import PRICE, Till

VOICES = ("notice", "notice again", "query", "return page", "sweep")
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def broken_promises(db: Database) -> dict[str, int]:
    mine = [name for name in registered_audits() if name.startswith("payments.")]
    found = {name: db.read_sync(run_audit, name=name).violations for name in mine}
    return {name: violations for name, violations in found.items() if violations}


def say(till: Till, voice: str, payment_id: int, notices: list[bytes]) -> None:
    if voice.startswith("notice"):
        for notice in notices:
            till.hear(notice)
    else:
        till.payments.query_sync(payment_id)


@quick
@given(order=st.permutations(VOICES))
def test_whoever_speaks_first_it_is_paid_once(till: Till, order: list[str]):
    events = len(emitted(till.db, PaymentSucceeded))
    before = till.balance(accounts.psp("sandbox"))
    payment = till.begun()
    notices = till.pay_at_sandbox(payment)

    for voice in order:
        say(till, voice, payment.id, notices)

    assert till.find(payment.id).state == "succeeded"
    assert till.moves(payment.id)[-1] == ("pending", "succeeded")
    assert len(till.moves(payment.id)) == 3
    assert till.balance(accounts.psp("sandbox")) - before == PRICE
    assert len(emitted(till.db, PaymentSucceeded)) - events == 1
    assert broken_promises(till.db) == {}


def test_all_of_them_at_the_same_moment(till: Till):
    payment = till.begun()
    notices = till.pay_at_sandbox(payment)

    at_once([lambda voice=voice: say(till, voice, payment.id, notices) for voice in VOICES * 3])

    assert till.find(payment.id).state == "succeeded"
    assert till.posted("payments.received") == 1
    assert len(emitted(till.db, PaymentSucceeded)) == 1
    assert broken_promises(till.db) == {}


@pytest.mark.parametrize("round_", range(5))
def test_paid_and_closed_at_the_same_moment_one_wins_and_the_money_knows_it(till: Till, round_: int):
    payment = till.begun()
    [notice] = till.pay_at_sandbox(payment)

    def close() -> bool:
        return till.db.write_sync(close_payment, payment_id=payment.id, reason="time is over")

    closed, _ = at_once([close, lambda: till.hear(notice)])
    till.work()

    found = till.find(payment.id)
    assert found.state == ("late" if closed else "succeeded")
    assert len(till.refunds(payment.id)) == (1 if closed else 0)
    assert till.balance(accounts.psp("sandbox")) == (0 if closed else PRICE)
    assert broken_promises(till.db) == {}


DEEDS = st.lists(
    st.sampled_from(["open", "other", "pay", "twice", "fail", "delay", "close", "hear", "work", "wait"]), max_size=14
)


@quick
@given(deeds=DEEDS)
def test_any_story_leaves_no_promise_broken_and_no_money_over(till: Till, deeds: list[str]):
    """Open, pay in any way, close, deliver notices late or never; then let the worker tidy up."""
    payment, notices, amount = till.begun(), [], PRICE
    for deed in deeds:
        with suppress(AlreadyPaid, SandboxOver):
            match deed:
                case "open" | "other":
                    amount += deed == "other"
                    payment = till.begun(subject_id=payment.subject_id, amount=amount)
                case "pay" | "twice" | "fail" | "delay":
                    notices += till.pay_at_sandbox(payment, deed)
                case "close":
                    till.db.write_sync(close_payment, payment_id=payment.id, reason="cancelled")
                case "hear":
                    notices = [notice for notice in notices[::-1] if till.hear(notice) != 200]
                case "work":
                    till.work()
                case "wait":
                    till.clock.advance(timedelta(minutes=2))
    till.clock.advance(timedelta(hours=1))
    till.sweep()
    till.work()

    attempts = till.attempts(payment)
    assert broken_promises(till.db) == {}
    assert {attempt.state for attempt in attempts} <= {"succeeded", "failed", "closed", "late", "duplicate"}
    for attempt in attempts:
        assert [refund.state for refund in till.refunds(attempt.id)] == ["succeeded"] * (
            attempt.state in {"late", "duplicate"}
        )
    kept = sum(attempt.amount_minor for attempt in attempts if attempt.state == "succeeded")
    assert till.balance(accounts.escrow(payment.subject_id)) == kept
    assert till.balance(accounts.unapplied_receipts()) == till.balance(accounts.refund_payable()) == 0


def test_what_a_dead_process_left_is_done_by_the_sweep(till: Till):
    not_begun, not_heard, over = till.open(), till.begun(), till.begun()
    till.pay_at_sandbox(not_heard)

    till.clock.advance(timedelta(minutes=1))
    till.sweep()
    assert [till.find(one.id).state for one in (not_begun, not_heard, over)] == ["pending", "succeeded", "pending"]

    till.clock.advance(timedelta(minutes=31))
    till.sweep()
    assert [till.find(one.id).state for one in (not_begun, over)] == ["closed", "closed"]
    assert broken_promises(till.db) == {}


def test_a_silent_provider_leaves_the_payment_for_the_sweep(till: Till, monkeypatch: pytest.MonkeyPatch):
    from miaohui.money.payments.providers.contract import ProviderFault
    from miaohui.money.payments.providers.sandbox import SandboxProvider

    def silent(*_: object) -> None:
        raise ProviderFault("no route", permanent=False)

    payment = till.open()
    with monkeypatch.context() as patched:
        patched.setattr(SandboxProvider, "begin", silent)
        with pytest.raises(ProviderSilent):
            till.payments.begin_sync(payment.id)
    assert till.find(payment.id).state == "created"

    till.clock.advance(timedelta(minutes=1))
    till.sweep()
    assert till.find(payment.id).state == "pending"
