"""The audits are silent over honest books, and each hears when its promise is broken."""

import pytest

import miaohui.money.ledger.audits
import miaohui.money.settlement.audits  # noqa: F401  declares audits
from miaohui.kit.audits import audit_result, registered_audits, run_audit, violations_found
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.kit.jobs.stage import stage_job
from miaohui.money.ledger import accounts
from miaohui.money.settlement.actions.request_payout import request_payout
from tests.cast import Cast
from tests.money.settlement.broken import BREAKS, Break
from tests.money.settlement.stall import STALL, Stall

OURS = [name for name in registered_audits() if name.startswith(("ledger.", "settlement."))]
GUARDED_BY_THE_DATABASE = {"ledger.guarded_never_below_zero", "settlement.refunds_within_paid"}
"""Check constraints keep anybody from breaking these."""


@pytest.fixture
def books(db: Database, cast: Cast) -> Stall:
    """A settled line with a refund, one that waits, one that is void, and a payout on its way."""
    stall = Stall(db)
    stall.sell(1, paid=9_001, platform=700, goods=8_888)
    stall.settle(1)
    stall.refund(1, paid=1_234, platform=96)
    stall.sell(2, order_id=7302)
    stall.sell(3, order_id=7302)
    stall.refund(3, paid=10_000, ref="aftersale:3")
    db.write_sync(
        request_payout,
        account_code=STALL,
        shop_id=12,
        amount_minor=500,
        currency="CNY",
        bank_account="6222",
        requested_by=cast.mei,
    )
    return stall


def violations(db: Database) -> dict[str, int]:
    found = {name: db.read_sync(run_audit, name=name).violations for name in OURS}
    return {name: number for name, number in found.items() if number}


def test_honest_books_are_silent(db: Database, books: Stall):
    assert violations(db) == {}


def test_empty_books_are_silent(db: Database):
    assert violations(db) == {}


@pytest.mark.parametrize(("name", "break_books"), BREAKS)
def test_what_is_broken_is_heard(db: Database, books: Stall, name: str, break_books: Break):
    db.write_sync(break_books)
    assert name in violations(db)
    finding = db.read_sync(run_audit, name=name)
    assert 1 <= len(finding.examples) <= finding.violations


def test_every_audit_has_been_broken():
    assert {name for name, _ in BREAKS} | GUARDED_BY_THE_DATABASE == set(OURS)


def test_large_amounts_do_not_overflow(db: Database):
    stall = Stall(db)
    stall.sell(1, paid=9 * 10**12)
    stall.settle(1)
    assert violations(db) == {}


def test_the_hourly_run_keeps_its_numbers(db: Database, books: Stall, caplog: pytest.LogCaptureFixture):
    db.write_sync(lambda tx: tx.execute(audit_result.insert().values(name="x.old", violations=9, checked_at=tx.now)))
    books.move(accounts.refund_payable(), accounts.psp("sandbox"), 10**6)
    db.write_sync(stage_job, "audits.run")
    Worker(db=db, blobs=None, settings=None).run_due()
    assert db.read_sync(violations_found) >= 1
    assert "ledger.payables_not_negative" in caplog.text
    kept = db.read_sync(lambda tx: tx.scalars(audit_result.select().with_only_columns(audit_result.c.name)))
    assert sorted(kept) == list(registered_audits())
