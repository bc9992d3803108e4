"""Each gets their part of a line, once, at its date."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.kit.jobs.worker import stage_due_schedules
from miaohui.money.ledger import accounts
from miaohui.money.settlement.actions.hold_line import hold_line
from miaohui.money.settlement.actions.open_lines import Hop, NewLine, open_lines
from miaohui.money.settlement.actions.settle_line import settle_line
from miaohui.money.settlement.actions.unhold_line import unhold_line
from miaohui.money.settlement.events import ShopSettled
from miaohui.money.settlement.queries import due_lines, hops_of_line, line_by_id
from miaohui.money.settlement.tables import settlement_line, settlement_move
from miaohui.schedules import SCHEDULES
from tests.at_once import at_once
from tests.emitted import emitted
from tests.money.settlement.stall import BUDGET, DEPOSIT, ESCROW, ORDER, PROMOTER, SHOP, STALL, Stall


@pytest.fixture
def stall(db: Database) -> Stall:
    return Stall(db)


@pytest.fixture
def worker(db: Database) -> Worker:
    return Worker(db=db, blobs=None, settings=None, schedules=SCHEDULES)


def moves(db: Database, line_id: int = 1) -> list[tuple[str | None, str, str]]:
    columns = (settlement_move.c.from_state, settlement_move.c.to_state, settlement_move.c.reason)
    mine = sa.select(*columns).where(settlement_move.c.order_line_id == line_id).order_by(settlement_move.c.id)
    return db.read_sync(lambda tx: [tuple(row) for row in tx.execute(mine)])


def test_a_line_goes_to_shop_platform_and_promoter(db: Database, stall: Stall):
    stall.move(accounts.bank(), BUDGET, 500)
    stall.sell(paid=9_000, platform=700, ad=300, goods=9_500)
    assert (stall[ESCROW], stall[accounts.coupon_cost()], stall[BUDGET]) == (10_000, 700, 200)

    assert stall.settle()

    assert stall[ESCROW] == 0
    assert stall[accounts.commission()] == 190
    assert stall[PROMOTER] == 760
    assert stall[accounts.tech_fee()] == 57
    assert stall[STALL] == 10_000 - 190 - 760 - 57
    line = db.read_sync(line_by_id, 1)
    assert (line.state, line.shop_minor, line.fee_minor) == ("settled", 8_993, 57)
    assert [hop.kept_minor for hop in db.read_sync(hops_of_line, 1)] == [190, 760]
    assert moves(db) == [
        (None, "in_escrow", "paid"),
        ("in_escrow", "settleable", "order completed"),
        ("settleable", "settled", "due"),
    ]
    assert emitted(db, ShopSettled) == []


def test_the_published_example_of_a_chain(stall: Stall):
    """¥10 of commission that is handed on as 6, 4, 2 and 1 leaves 4, 2, 2, 1 and 1 (WeChat's own figures)."""
    people = [accounts.promoter(n) for n in range(50, 55)]
    stall.sell(
        paid=10_000, hops=[Hop(code, rate) for code, rate in zip(people, (400, 200, 200, 100, 100), strict=True)]
    )
    stall.settle()
    assert [stall[code] for code in people] == [400, 200, 200, 100, 100]


def test_nothing_is_settled_before_its_date(db: Database, stall: Stall, clock: ManualClock, worker: Worker):
    stall.sell()
    assert not db.write_sync(settle_line, order_line_id=1)
    stall.complete(settle_after=clock.now() + timedelta(days=7))
    assert not db.write_sync(settle_line, order_line_id=1)
    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    worker.run_due()
    assert stall[ESCROW] == 10_000
    clock.advance(timedelta(seconds=1))
    worker.run_due()
    assert stall[ESCROW] == 0


def test_an_open_case_holds_a_line(db: Database, stall: Stall, clock: ManualClock, worker: Worker):
    stall.sell()
    stall.complete(settle_after=clock.now() + timedelta(days=7))
    for case in ("aftersale 1", "dispute 2"):
        assert db.write_sync(hold_line, order_line_id=1, reason=case)
    clock.advance(timedelta(days=8))
    worker.run_due()
    assert db.read_sync(due_lines) == []
    db.write_sync(unhold_line, order_line_id=1, reason="aftersale 1")
    worker.run_due()
    assert stall[ESCROW] == 10_000

    db.write_sync(unhold_line, order_line_id=1, reason="dispute 2")
    worker.run_due()

    assert stall[ESCROW] == 0
    assert ("settleable", "settleable", "held: dispute 2") in moves(db)
    assert not db.write_sync(hold_line, order_line_id=1, reason="too late")
    assert not db.write_sync(hold_line, order_line_id=99, reason="never paid")


def test_one_unhold_too_many_is_nothing(db: Database, stall: Stall):
    stall.sell()
    db.write_sync(unhold_line, order_line_id=1, reason="x")
    db.write_sync(unhold_line, order_line_id=99, reason="x")
    assert db.read_sync(line_by_id, 1).holds == 0


def test_the_sweep_finds_what_was_missed(db: Database, stall: Stall, worker: Worker):
    for line_id in (1, 2, 3):
        stall.sell(line_id, paid=100)
    overdue = {"state": "settleable", "settle_after": db.clock.now()}
    db.write_sync(lambda tx: tx.execute(sa.update(settlement_line).values(overdue)))
    assert worker.run_due() == 0

    db.write_sync(stage_due_schedules, schedules=[s for s in SCHEDULES if s.kind.startswith("settlement.")])
    worker.run_due()

    assert stall[ESCROW] == 0


def test_settled_at_once_by_two_is_settled_once(db: Database, stall: Stall):
    for line_id in (1, 2, 3):
        stall.sell(line_id)
    stall.complete()

    calls = [lambda n=n: db.write_sync(settle_line, order_line_id=n) for n in (1, 2, 3, 3, 2, 1, 1, 2, 3)]
    answers = at_once(calls)

    assert sorted(answers) == [False] * 6 + [True] * 3
    assert (stall[ESCROW], stall[STALL]) == (0, 3 * 8_940)
    assert db.stats.retries == 0


def test_a_refund_and_a_settlement_at_once_leave_the_same_sums(db: Database, stall: Stall):
    for line_id in range(1, 9):
        stall.sell(line_id, paid=1_001)
    stall.complete()

    calls = [lambda n=n: db.write_sync(settle_line, order_line_id=n) for n in range(1, 9)]
    calls += [lambda n=n: stall.refund(n, paid=500, ref=f"aftersale:{n}") for n in range(1, 9)]
    answers = at_once(calls)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert stall[ESCROW] == 0
    assert stall[accounts.refund_payable()] == 8 * 500
    assert stall[PROMOTER] == 8 * 40
    assert stall[accounts.commission()] == 8 * 10
    assert stall[accounts.tech_fee()] == 8 * 3
    assert stall[STALL] == 8 * (501 - 40 - 10 - 3)


def test_a_shop_that_owes_for_an_advance_is_told_about(db: Database, stall: Stall):
    stall.move(accounts.receivable(SHOP), accounts.refund_payable(), 400)
    stall.sell()
    stall.settle()
    told = emitted(db, ShopSettled)
    assert [(event.shop_id, event.amount_minor) for event in told] == [(SHOP, 8_940)]


def test_opening_twice_is_opening_once(db: Database, stall: Stall):
    stall.sell(platform=300)
    line = NewLine(
        order_line_id=1, order_id=ORDER, shop_id=SHOP, payment_id=None, paid_minor=1, goods_minor=1, fee_bp=0
    )
    db.write_sync(open_lines, lines=[line], currency="CNY")
    assert stall[ESCROW] == 10_300
    assert len(moves(db)) == 1


def test_a_budget_that_is_short_does_not_stop_a_paid_order(stall: Stall):
    stall.move(accounts.bank(), BUDGET, 100)
    stall.sell(paid=9_000, ad=300)
    assert (stall[ESCROW], stall[BUDGET], stall[accounts.owed_back(BUDGET)]) == (9_300, 0, 200)
    stall.refund(paid=9_000, ad=300)
    assert (stall[ESCROW], stall[BUDGET], stall[accounts.owed_back(BUDGET)]) == (0, 100, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee_bp": 9_001, "hops": [Hop(PROMOTER, 1_000)]},
        {"goods": 10_001},
        {"hops": [Hop(PROMOTER, -1)]},
        {"goods": -1},
    ],
)
def test_rates_above_the_whole_are_a_fault(stall: Stall, wrong: dict[str, object]):
    with pytest.raises(ValueError, match="goods"):
        stall.sell(**wrong)
    assert stall[ESCROW] == 0


def test_a_free_line_settles_to_nothing(db: Database, stall: Stall):
    stall.sell(paid=0)
    assert stall.settle()
    assert (stall[STALL], stall[DEPOSIT]) == (0, 0)
