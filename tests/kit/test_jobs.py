"""A job runs under a lease: it is done once, taken over when its worker dies, and says why it failed."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import miaohui.kit.upkeep  # noqa: F401  declares kit.prune
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import JobContext, LeaseLost, PermanentJobFailure, Schedule, Worker, job, job_table, stage_job
from miaohui.kit.jobs.lease import claim_job, extend_lease, finish_job
from miaohui.kit.jobs.worker import stage_due_schedules
from miaohui.settings import Settings

ran: list[Any] = []
faults: dict[str, Exception] = {}
given_up: list[str] = []


def note_failure(tx: Tx, *, reason: str, word: str) -> None:
    given_up.append(f"{word}: {reason}")


@job("test.write", max_attempts=3, lease_s=30, backoff_s=10, on_failure=note_failure)
def write_word(context: JobContext, *, word: str) -> None:
    ran.append(word)
    if word in faults:
        raise faults[word]


@job("test.sweep")
def sweep(context: JobContext) -> None:
    ran.append("swept")


@pytest.fixture(autouse=True)
def fresh() -> None:
    ran.clear()
    faults.clear()
    given_up.clear()


@pytest.fixture
def worker(db: Database, tmp_path: Path) -> Worker:
    return Worker(db=db, blobs=FolderBlobs(tmp_path / "blobs"), settings=Settings())


def state_of(db: Database, job_id: int | None) -> tuple[str, int, str | None]:
    columns = (job_table.c.state, job_table.c.attempts, job_table.c.failure)
    return db.read_sync(lambda tx: tuple(tx.execute(sa.select(*columns).where(job_table.c.id == job_id)).one()))


def test_a_staged_job_runs_once(db: Database, worker: Worker) -> None:
    job_id = db.write_sync(stage_job, "test.write", word="fu")
    assert worker.run_due() == 1
    assert worker.run_due() == 0
    assert ran == ["fu"]
    assert state_of(db, job_id) == ("done", 1, None)


def test_a_job_of_a_transaction_that_fails_does_not_exist(db: Database, worker: Worker) -> None:
    def stage_and_fail(tx: Tx) -> None:
        stage_job(tx, "test.write", word="fu")
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        db.write_sync(stage_and_fail)
    assert worker.run_due() == 0


def test_a_unique_key_holds_while_a_job_is_unfinished_and_no_longer(db: Database, worker: Worker) -> None:
    first = db.write_sync(stage_job, "test.write", unique_key="fu", word="fu")
    assert db.write_sync(stage_job, "test.write", unique_key="fu", word="fu") is None
    worker.run_due()
    assert db.write_sync(stage_job, "test.write", unique_key="fu", word="fu") not in (None, first)


def test_a_failing_job_is_tried_again_with_growing_patience_then_given_up(
    db: Database, worker: Worker, clock: ManualClock
) -> None:
    faults["fu"] = OSError("the disk is full")
    job_id = db.write_sync(stage_job, "test.write", word="fu")
    worker.run_due()
    assert state_of(db, job_id) == ("queued", 1, "OSError: the disk is full")
    clock.advance(timedelta(seconds=9))
    assert worker.run_due() == 0, "it is too early"
    clock.advance(timedelta(seconds=2))
    assert worker.run_due() == 1
    clock.advance(timedelta(seconds=21))
    assert worker.run_due() == 1
    assert state_of(db, job_id) == ("failed", 3, "OSError: the disk is full")
    assert given_up == ["fu: OSError: the disk is full"]


def test_a_permanent_failure_is_not_tried_again(db: Database, worker: Worker) -> None:
    faults["fu"] = PermanentJobFailure("this is no video")
    job_id = db.write_sync(stage_job, "test.write", word="fu")
    worker.run_due()
    assert state_of(db, job_id) == ("failed", 1, "this is no video")


def test_two_workers_never_hold_one_job(db: Database) -> None:
    for number in range(20):
        db.write_sync(stage_job, "test.write", word=str(number))
    barrier = threading.Barrier(4)
    claimed: list[int] = []

    def work(owner: str) -> None:
        barrier.wait()
        while (claim := db.write_sync(claim_job, owner=owner, lane="light")) is not None:
            claimed.append(claim.id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 20
    assert len(set(claimed)) == 20


def test_a_silent_workers_job_is_taken_over_and_the_sleeper_is_fenced_off(db: Database, clock: ManualClock) -> None:
    db.write_sync(stage_job, "test.write", word="fu")
    sleeper = db.write_sync(claim_job, owner="sleeper", lane="light")
    assert db.write_sync(claim_job, owner="other", lane="light") is None, "the lease still holds"
    clock.advance(timedelta(seconds=31))
    taken_over = db.write_sync(claim_job, owner="other", lane="light")
    assert sleeper is not None
    assert taken_over is not None
    assert (taken_over.id, taken_over.attempt) == (sleeper.id, 2)
    for late in (
        lambda: db.write_sync(finish_job, claim=sleeper),
        lambda: db.write_sync(extend_lease, claim=sleeper, lease=timedelta(seconds=30)),
    ):
        with pytest.raises(LeaseLost):
            late()
    db.write_sync(finish_job, claim=taken_over)
    assert state_of(db, sleeper.id) == ("done", 2, None)


def test_a_sign_of_life_keeps_the_job(db: Database, clock: ManualClock) -> None:
    db.write_sync(stage_job, "test.write", word="fu")
    mine = db.write_sync(claim_job, owner="me", lane="light")
    assert mine is not None
    clock.advance(timedelta(seconds=20))
    db.write_sync(extend_lease, claim=mine, lease=timedelta(seconds=30), progress=0.5)
    clock.advance(timedelta(seconds=20))
    assert db.write_sync(claim_job, owner="other", lane="light") is None


def test_a_job_that_takes_its_worker_down_each_time_is_given_up(db: Database, clock: ManualClock) -> None:
    job_id = db.write_sync(stage_job, "test.write", word="fu")
    for _ in range(3):
        assert db.write_sync(claim_job, owner="doomed", lane="light") is not None
        clock.advance(timedelta(seconds=31))
    assert db.write_sync(claim_job, owner="doomed", lane="light") is None
    state, attempts, failure = state_of(db, job_id)
    assert (state, attempts) == ("failed", 3)
    assert "went silent" in str(failure)
    assert len(given_up) == 1


def test_what_is_scheduled_is_staged_once_a_slot_by_however_many_workers(
    db: Database, worker: Worker, clock: ManualClock
) -> None:
    schedules = [Schedule(kind="test.sweep", every=timedelta(hours=1))]
    for _ in range(3):
        db.write_sync(stage_due_schedules, schedules=schedules)
        worker.run_due()
    assert ran == ["swept"]
    clock.advance(timedelta(hours=1))
    db.write_sync(stage_due_schedules, schedules=schedules)
    worker.run_due()
    assert ran == ["swept", "swept"]


def test_a_worker_writes_for_schedules_once_a_slot_only(db: Database, tmp_path: Path, clock: ManualClock) -> None:
    schedules = [Schedule(kind="test.sweep", every=timedelta(hours=1))]
    worker = Worker(db=db, blobs=FolderBlobs(tmp_path / "blobs"), settings=Settings(), schedules=schedules)
    commits = []
    for _ in range(2):
        for _ in range(3):
            before = db.stats.commits
            worker.stage_schedules()
            commits.append(db.stats.commits - before)
        worker.run_due()
        clock.advance(timedelta(hours=1))
    assert commits == [1, 0, 0, 1, 0, 0]
    assert ran == ["swept", "swept"]


def test_what_is_over_is_let_go_after_a_week_and_what_failed_stays(
    db: Database, worker: Worker, clock: ManualClock
) -> None:
    faults["fu"] = PermanentJobFailure("this is no video")
    done = db.write_sync(stage_job, "test.write", word="lu")
    failed = db.write_sync(stage_job, "test.write", word="fu")
    worker.run_due()
    clock.advance(timedelta(days=8))
    db.write_sync(stage_job, "kit.prune")
    worker.run_due()
    left = db.read_sync(lambda tx: tx.scalars(sa.select(job_table.c.id).where(job_table.c.id.in_([done, failed]))))
    assert left == [failed]


def test_the_audits_are_not_given_up_because_the_machine_was_stopped_in_the_middle(
    db: Database, clock: ManualClock
) -> None:
    job_id = db.write_sync(stage_job, "audits.run")
    for _ in range(6):
        assert db.write_sync(claim_job, owner="killed", lane="light") is not None
        clock.advance(timedelta(hours=1))
    mine = db.write_sync(claim_job, owner="next", lane="light")
    assert mine is not None
    db.write_sync(finish_job, claim=mine)
    assert state_of(db, job_id)[0] == "done"
