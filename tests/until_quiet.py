"""Everything that follows from what was done: handlers of events, and jobs whose time has come."""

import tempfile
from pathlib import Path

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.kit.blobs import Blobs, FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.kit.outbox import Subscriptions, deliver, due_deliveries
from miaohui.settings import Settings

_ROUNDS = 200
"""More than any story needs; who comes so far turns in a circle."""


def until_quiet(db: Database, clock: ManualClock, blobs: Blobs | None = None, settings: Settings | None = None) -> None:
    """Hand on all events and run all due jobs, again and again, until nothing is left to do now.

    What a handler raises is raised here; what a job raises is kept with the job, as at work. Time stands still:
    `clock.advance(…)` first for what is to happen later.
    """
    del clock  # It stands still, and the database has it already.
    with tempfile.TemporaryDirectory() as folder:
        settings = settings or Settings(data_dir=Path(folder))
        worker = Worker(db=db, blobs=blobs or FolderBlobs(Path(folder) / "blobs"), settings=settings)
        for _ in range(_ROUNDS):
            if not hand_on(db) and not worker.run_due():
                return
    raise AssertionError("this does not come to an end")


def hand_on(db: Database) -> int:
    """Let all handlers hear what was said, and return how many did; no job runs."""
    subscriptions = db.recorder
    assert isinstance(subscriptions, Subscriptions)
    handed_on = 0
    while found := db.read_sync(due_deliveries):
        for due in found:
            db.write_sync(deliver, due=due, subscriptions=subscriptions)
            handed_on += 1
    return handed_on
