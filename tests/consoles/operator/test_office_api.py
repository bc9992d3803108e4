"""Lena sees what waits, reads the books, closes differences and puts failed work back; nobody else does."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from miaohui.consoles.operator.routes import route_handlers
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import job_table
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.ledger.queries import balance_of
from miaohui.money.ledger.tables import ledger_account
from miaohui.money.payments.actions.record_refund import begin_refund_attempt, record_refund_stuck
from miaohui.money.payments.queries import bill_differences
from miaohui.money.payments.tables import bill_difference, bill_run
from tests.cast import Cast
from tests.commerce.market import open_stall
from tests.house import House, Visitor
from tests.money.payments.test_refunds_and_bills import give_back
from tests.money.payments.till import Till

PAID = 12_800


@pytest.fixture
def office(db: Database, clock: ManualClock) -> Iterator[House]:
    with House(db=db, clock=clock, routes=route_handlers) as house:
        yield house


@pytest.fixture
def lena(office: House, cast: Cast, db: Database) -> Visitor:
    """An operator: she has opened a stall for Omar, whose deposit is 1,000 yuan."""
    open_stall(db, owner_id=cast.omar, operator_id=cast.lena, name="灯火")
    return office.member(cast.lena)


def give_up_job(db: Database, clock: ManualClock, *, state: str = "failed", unique_key: str | None = None) -> str:
    row = {"kind": "videos.transcode", "payload": {}, "lane": "light", "priority": 0, "attempts": 5, "max_attempts": 5}
    times = {"run_at": clock.now(), "staged_at": clock.now(), "finished_at": clock.now()}
    job_id = new_id()
    more = {"id": job_id, "state": state, "unique_key": unique_key, "progress": 0.5, "failure": "no disk"}
    db.write_sync(lambda tx: tx.execute(sa.insert(job_table).values(**row, **times, **more)))
    return str(job_id)


def note_difference(tx: Tx) -> int:
    run_id, difference_id = new_id(), new_id()
    day = date(2026, 4, 17)
    run = {"id": run_id, "provider": "sandbox", "day": day, "lines": 3, "differences": 1, "fetched_at": tx.now}
    tx.execute(sa.insert(bill_run).values(**run))
    found = {"kind": "amount", "out_no": "P1", "ours_minor": 500, "theirs_minor": 400, "state": "open"}
    tx.execute(sa.insert(bill_difference).values(id=difference_id, run_id=run_id, **found))
    return difference_id


def test_what_waits_is_counted_with_the_age_of_the_oldest(lena: Visitor, db: Database, clock: ManualClock) -> None:
    since = clock.now()
    give_up_job(db, clock)
    clock.advance(timedelta(hours=2))
    give_up_job(db, clock)
    queues = {one["name"]: one for one in lena.ok("GET", "/operator/overview")["queues"]}
    assert queues["jobs"]["waiting"] == 2
    assert queues["jobs"]["oldest_at"].startswith(since.strftime("%Y-%m-%dT%H:%M:%S"))
    assert {name: one["waiting"] for name, one in queues.items() if name != "jobs"} == dict.fromkeys(
        ["shops", "listings", "disputes", "claims", "refunds", "differences", "advances"], 0
    )


def test_the_books_balance_and_would_say_so_if_they_did_not(lena: Visitor, db: Database) -> None:
    legs = [Leg(accounts.psp("sandbox"), accounts.escrow(7), PAID)]
    db.write_sync(post_entry, kind="payments.received", ref="7", currency="CNY", legs=legs)
    books = lena.ok("GET", "/operator/ledger/accounts")
    held = {one["word"]: (one["accounts"], one["balance_minor"]) for one in books["classes"]}
    assert (held["psp"], held["escrow"]) == ((1, PAID), (1, PAID))
    assert held["deposit"][1] == held["bank"][1] > 0
    assert books["difference_minor"] == 0

    tampered = sa.update(ledger_account).where(ledger_account.c.code == "escrow:7").values(balance_minor=PAID - 1)
    db.write_sync(lambda tx: tx.execute(tampered))
    assert lena.ok("GET", "/operator/ledger/accounts")["difference_minor"] == 1


def test_an_entry_is_found_by_what_it_was_about_and_leads_to_its_accounts(lena: Visitor, db: Database) -> None:
    for ref in ("7", "8", "9"):
        legs = [Leg(accounts.psp("sandbox"), accounts.escrow(int(ref)), PAID)]
        db.write_sync(post_entry, kind="payments.received", ref=ref, currency="CNY", legs=legs)
    listed = lena.pages("/operator/ledger/entries", kind="payments.received", limit=2)
    assert [one["ref"] for one in listed] == ["9", "8", "7"]
    (found,) = lena.pages("/operator/ledger/entries", ref="8")
    assert found["legs"] == [{"debit": "psp:sandbox", "credit": "escrow:8", "amount_minor": PAID, "currency": "CNY"}]
    assert lena.ok("GET", f"/operator/ledger/entries/{found['id']}") == found
    statement = lena.ok("GET", "/operator/ledger/statement", params={"code": "escrow:8"})["items"]
    assert [(line["ref"], line["amount_minor"], line["balance_minor"]) for line in statement] == [("8", PAID, PAID)]
    assert lena.refused("GET", "/operator/ledger/entries/1") == (404, "not_found")
    assert lena.refused("GET", "/operator/ledger/statement?code=pocket:1") == (404, "not_found")


def test_a_difference_is_closed_once_with_a_note(lena: Visitor, db: Database) -> None:
    difference_id = db.write_sync(note_difference)
    found = lena.ok("GET", "/operator/reconciliation")
    assert [run["differences"] for run in found["runs"]] == [1]
    assert [(one["kind"], one["ours_minor"], one["theirs_minor"]) for one in found["differences"]] == [
        ("amount", 500, 400)
    ]
    path = f"/operator/differences/{difference_id}/closing"
    lena.ok("POST", path, {"note": "the provider has mended its bill"})
    assert lena.refused("POST", path, {"note": "again"}) == (409, "difference_closed")
    assert lena.ok("GET", "/operator/reconciliation")["differences"] == []
    (closed,) = db.read_sync(bill_differences, state="closed")
    assert closed.note == "the provider has mended its bill"


def test_a_stuck_refund_is_sent_again_or_paid_another_way(
    lena: Visitor, db: Database, clock: ManualClock, cast: Cast, tmp_path: Path
) -> None:
    first, second = (stick_refund(db, clock, cast, tmp_path, ref=ref) for ref in ("aftersale:1", "aftersale:2"))
    listed = lena.ok("GET", "/operator/refunds")["items"]
    assert [(one["id"], one["provider"], one["failure"]) for one in listed] == [
        (first, "sandbox", "account closed"),
        (second, "sandbox", "account closed"),
    ]
    lena.ok("POST", f"/operator/refunds/{first}/retry")
    paid = {"way": "wallet", "note": "by telephone"}
    lena.ok("POST", f"/operator/refunds/{second}/settlement", paid)
    assert lena.ok("GET", "/operator/refunds")["items"] == []
    assert lena.refused("POST", f"/operator/refunds/{first}/retry") == (409, "refund_not_stuck")
    assert lena.refused("POST", f"/operator/refunds/{second}/settlement", paid) == (409, "refund_not_stuck")
    assert lena.refused("POST", "/operator/refunds/404/retry") == (404, "not_found")
    assert db.read_sync(balance_of, code=accounts.wallet(cast.bo), currency="CNY") == 1_00


def stick_refund(db: Database, clock: ManualClock, cast: Cast, folder: Path, *, ref: str) -> str:
    """Let a refund of Bo's be one that the provider will never carry out."""
    till = Till(db, clock, folder, payer_id=cast.bo)
    opened = db.write_sync(give_back, payment=till.act(till.begun(), "pay"), amount=1_00, ref=ref)
    db.write_sync(begin_refund_attempt, refund_id=opened.id)
    db.write_sync(record_refund_stuck, refund_id=opened.id, failure="account closed")
    return str(opened.id)


def test_failed_work_is_put_back_once(lena: Visitor, db: Database, clock: ManualClock) -> None:
    job_id = give_up_job(db, clock)
    assert [(one["id"], one["failure"]) for one in lena.ok("GET", "/operator/jobs")["items"]] == [(job_id, "no disk")]
    lena.ok("POST", f"/operator/jobs/{job_id}/retry")
    assert lena.ok("GET", "/operator/jobs")["items"] == []
    assert lena.refused("POST", f"/operator/jobs/{job_id}/retry") == (409, "job_not_failed")


def test_failed_work_stays_while_the_same_work_waits(lena: Visitor, db: Database, clock: ManualClock) -> None:
    job_id = give_up_job(db, clock, unique_key="transcode:1")
    give_up_job(db, clock, state="queued", unique_key="transcode:1")
    assert lena.refused("POST", f"/operator/jobs/{job_id}/retry") == (409, "job_not_failed")
    assert [one["id"] for one in lena.ok("GET", "/operator/jobs")["items"]] == [job_id]


def test_the_office_is_closed_to_everybody_else(lena: Visitor, office: House, cast: Cast, db: Database) -> None:
    difference_id = db.write_sync(note_difference)
    omar = office.member(cast.omar)
    for path in (
        "refunds",
        "overview",
        "ledger/accounts",
        "ledger/statement",
        "ledger/entries",
        "reconciliation",
        "jobs",
    ):
        assert omar.refused("GET", f"/operator/{path}") == (403, "forbidden")
    closing = f"/operator/differences/{difference_id}/closing"
    assert omar.refused("POST", closing, {"note": "trust me"}) == (403, "forbidden")
    assert len(db.read_sync(bill_differences)) == 1
