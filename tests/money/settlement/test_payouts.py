"""Omar and Lan draw what they have earned."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import InsufficientFunds
from miaohui.money.settlement.actions.finish_payout import finish_payout
from miaohui.money.settlement.actions.pay_deposit_from_available import pay_deposit_from_available
from miaohui.money.settlement.actions.request_payout import request_payout
from miaohui.money.settlement.actions.return_deposit import return_deposit
from miaohui.money.settlement.actions.take_deposit import take_deposit
from miaohui.money.settlement.events import PayoutFailed, PayoutPaid
from miaohui.money.settlement.queries import Payout, payout_by_id, payouts_of
from miaohui.money.settlement.tables import sandbox_transfer
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.money.settlement.stall import DEPOSIT, SHOP, STALL, Stall

ASIDE = accounts.withdrawing(STALL)
DEBT = accounts.owed_back(STALL)


@pytest.fixture
def stall(db: Database) -> Stall:
    stall = Stall(db)
    stall.move(accounts.psp("sandbox"), STALL, 1_000)
    return stall


@pytest.fixture
def worker(db: Database) -> Worker:
    return Worker(db=db, blobs=None, settings=None)


def draw(db: Database, person_id: int, *, amount: int = 600, bank_account: str = "6222 0212") -> Payout:
    return db.write_sync(
        request_payout,
        account_code=STALL,
        shop_id=SHOP,
        amount_minor=amount,
        currency="CNY",
        bank_account=bank_account,
        requested_by=person_id,
    )


def transfers(db: Database) -> int:
    return db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(sandbox_transfer)))


def test_what_is_drawn_arrives(db: Database, cast: Cast, stall: Stall, worker: Worker):
    asked = draw(db, cast.mei)
    assert (stall[STALL], stall[ASIDE], stall[accounts.bank()]) == (400, 600, 0)

    worker.run_due()

    assert (stall[STALL], stall[ASIDE], stall[accounts.bank()]) == (400, 0, -600)
    assert db.read_sync(payout_by_id, asked.id).state == "paid"
    assert [event.amount_minor for event in emitted(db, PayoutPaid)] == [600]
    assert not db.write_sync(finish_payout, payout_id=asked.id, failure="no")
    assert [one.id for one in db.read_sync(payouts_of, shop_id=SHOP, after=None, limit=5)] == [asked.id]
    assert db.read_sync(payouts_of, person_id=cast.mei, after=None, limit=5) == []


def test_what_the_bank_refuses_comes_back(db: Database, cast: Cast, stall: Stall, worker: Worker):
    asked = draw(db, cast.mei, bank_account="6222 0000")
    stall.move(DEBT, accounts.refund_payable(), 100)

    worker.run_due()

    assert (stall[STALL], stall[DEBT], stall[ASIDE], stall[accounts.bank()]) == (900, 0, 0, 0)
    failed = db.read_sync(payout_by_id, asked.id)
    assert (failed.state, failed.failure) == ("failed", "the account is closed")
    assert [event.payout_id for event in emitted(db, PayoutFailed)] == [asked.id]


def test_a_bank_that_does_not_answer_pays_once(
    db: Database, cast: Cast, stall: Stall, worker: Worker, clock: ManualClock
):
    asked = draw(db, cast.mei, bank_account="6222 9999")
    worker.run_due()
    assert (stall[ASIDE], db.read_sync(payout_by_id, asked.id).state) == (600, "requested")

    clock.advance(timedelta(minutes=2))
    worker.run_due()

    assert (stall[ASIDE], stall[accounts.bank()], transfers(db)) == (0, -600, 1)
    assert db.read_sync(payout_by_id, asked.id).state == "paid"


def test_nobody_draws_more_than_there_is(db: Database, cast: Cast, stall: Stall):
    person = cast.mei
    answers = at_once([lambda: draw(db, person, amount=400)] * 5)
    assert sorted(type(answer).__name__ for answer in answers) == ["InsufficientFunds"] * 3 + ["Payout"] * 2
    assert (stall[STALL], stall[ASIDE]) == (200, 800)
    with pytest.raises(ValueError, match="positive"):
        draw(db, person, amount=0)


def test_a_deposit_is_paid_deducted_and_returned(db: Database, stall: Stall):
    for _ in range(2):
        db.write_sync(pay_deposit_from_available, shop_id=SHOP, amount_minor=700, currency="CNY", ref="d1")
    assert (stall[STALL], stall[DEPOSIT]) == (300, 700)
    with pytest.raises(InsufficientFunds):
        db.write_sync(pay_deposit_from_available, shop_id=SHOP, amount_minor=700, currency="CNY", ref="d2")

    def fine(amount: int, ref: str) -> int:
        return db.write_sync(
            take_deposit, shop_id=SHOP, amount_minor=amount, currency="CNY", to=accounts.penalty(), ref=ref
        )

    assert at_once([lambda: fine(200, "violation:1")] * 4) == [200] * 4
    assert fine(800, "violation:2") == 500
    assert fine(800, "violation:3") == 0
    assert (stall[DEPOSIT], stall[accounts.penalty()]) == (0, 700)

    stall.move(accounts.bank(), DEPOSIT, 900)
    stall.move(DEBT, accounts.refund_payable(), 100)
    db.write_sync(return_deposit, shop_id=SHOP, amount_minor=900, currency="CNY", ref="closing")
    assert (stall[DEPOSIT], stall[DEBT], stall[STALL]) == (0, 0, 1_100)
