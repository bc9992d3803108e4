"""Runs jobs: one thread for each lane, and a heartbeat for each running job."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate

import sqlalchemy as sa

from miaohui.kit.clock import to_ms
from miaohui.kit.db import Database, Tx, change_mark, insert_if_absent
from miaohui.kit.db.database import P, T
from miaohui.kit.jobs.lease import Claim, claim_job, extend_lease, fail_job, finish_job, is_any_due, release_job
from miaohui.kit.jobs.registry import Job, Lane, LeaseLost, PermanentJobFailure, Schedule, job_of_kind, payload_of
from miaohui.kit.jobs.stage import stage_job
from miaohui.kit.jobs.tables import schedule_table

if TYPE_CHECKING:
    from miaohui.kit.blobs import Blobs
    from miaohui.settings import Settings

log = logging.getLogger(__name__)

_POLL_S = 0.25
"""How often to look for new work; costs one PRAGMA while nobody writes."""
_LOOK_ANYWAY_S = 1.0
"""Work falls due and leases expire without anybody writing."""
_LANES: tuple[Lane, ...] = ("light", "heavy")


class Worker:
    """Claims jobs and runs them until it is told to stop."""

    def __init__(
        self, *, db: Database, blobs: "Blobs", settings: "Settings", schedules: Sequence[Schedule] = ()
    ) -> None:
        self.db = db
        self.blobs = blobs
        self.settings = settings
        self._schedules = schedules
        self._slots: dict[str, int] = {}
        """The slot of each schedule that this worker has seen to, so that it asks the database once a slot."""
        self._stopping = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"

    def run(self) -> None:
        """Work until `stop`; jobs under way are then put back and go on elsewhere."""
        threads = [
            threading.Thread(target=self._serve_lane, args=(lane,), name=f"miaohui-{lane}", daemon=True)
            for lane in _LANES
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        """Ask the worker to finish soon; may be called from a signal handler."""
        self._stopping.set()

    def run_due(self) -> int:
        """Run all jobs that are due now, in this thread; return how many attempts were made. For tests."""
        attempts = 0
        for lane in _LANES:
            while (claim := self.db.write_sync(claim_job, owner=self._name, lane=lane)) is not None:
                self._attempt(claim)
                attempts += 1
        return attempts + self.run_due() if attempts else 0

    def stage_schedules(self) -> None:
        """Stage what is due by the clock; asks the database once a slot."""
        now = self.db.clock.now()
        slots = {schedule.kind: _slot(schedule, now) for schedule in self._schedules}
        due = [schedule for schedule in self._schedules if slots[schedule.kind] != self._slots.get(schedule.kind)]
        if due:
            self.db.write_sync(stage_due_schedules, schedules=due)
            self._slots = slots

    def _serve_lane(self, lane: Lane) -> None:
        mark: Any = None
        idle_s = 0.0
        while not self._stopping.is_set():
            new_mark = self.db.read_sync(change_mark)
            if new_mark == mark and idle_s < _LOOK_ANYWAY_S:
                self._stopping.wait(_POLL_S)
                idle_s += _POLL_S
                continue
            mark, idle_s = new_mark, 0.0
            try:
                if lane == "light":
                    self.stage_schedules()
                while not self._stopping.is_set() and self.db.read_sync(is_any_due, lane=lane):
                    claim = self.db.write_sync(claim_job, owner=self._name, lane=lane)
                    if claim is None:
                        break
                    self._attempt(claim)
            except sa.exc.SQLAlchemyError:
                log.exception("the worker could not reach the database; trying again")
                self._stopping.wait(_LOOK_ANYWAY_S)

    def _attempt(self, claim: Claim) -> None:
        declared = job_of_kind(claim.kind)
        if declared is None:
            self.db.write_sync(fail_job, claim=claim, reason="this release does not know this job", permanent=True)
            return
        context = _Context(self, claim, declared)
        context.start_heartbeat()
        try:
            declared.run(context, **payload_of(claim.payload))
            if not context.finished:
                self.db.write_sync(finish_job, claim=claim)
        except LeaseLost:
            if self._stopping.is_set():
                self.db.write_sync(release_job, claim=claim)
            log.warning("job %s %s was lost to another worker or put back", claim.kind, claim.id)
        except PermanentJobFailure as fault:
            self._fail(claim, str(fault), permanent=True)
        except Exception as fault:
            log.exception("job %s %s failed in attempt %s", claim.kind, claim.id, claim.attempt)
            self._fail(claim, f"{type(fault).__name__}: {fault}", permanent=False)
        finally:
            context.stop_heartbeat()

    def _fail(self, claim: Claim, reason: str, *, permanent: bool) -> None:
        try:
            self.db.write_sync(fail_job, claim=claim, reason=reason, permanent=permanent)
        except LeaseLost:
            log.warning("job %s %s failed after its lease was lost: %s", claim.kind, claim.id, reason)


class _Context:
    """Implements JobContext for one attempt."""

    def __init__(self, worker: Worker, claim: Claim, declared: Job) -> None:
        self.db = worker.db
        self.blobs = worker.blobs
        self.settings = worker.settings
        self.job_id = claim.id
        self.attempt = claim.attempt
        self.finished = False
        self._claim = claim
        self._lease = declared.lease
        self._fraction: float | None = None
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._worker_stopping = worker._stopping
        self._heart = threading.Thread(target=self._beat, name=f"lease of {claim.kind}", daemon=True)

    def now(self) -> datetime:
        return self.db.clock.now()

    def progress(self, fraction: float) -> None:
        self._fraction = fraction

    def write(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        def fenced(tx: Tx) -> T:
            extend_lease(tx, claim=self._claim, lease=self._lease, progress=self._fraction)
            return action(tx, *args, **kw)

        return self.db.write_sync(fenced)

    def finish(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        def fenced(tx: Tx) -> T:
            finish_job(tx, claim=self._claim)
            return action(tx, *args, **kw)

        result = self.db.write_sync(fenced)
        self.finished = True
        return result

    def lost(self) -> bool:
        return self._lost.is_set() or self._worker_stopping.is_set()

    def start_heartbeat(self) -> None:
        self._heart.start()

    def stop_heartbeat(self) -> None:
        self._ended.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._lease.total_seconds() / 3):
            try:
                self.db.write_sync(extend_lease, claim=self._claim, lease=self._lease, progress=self._fraction)
            except LeaseLost:
                self._lost.set()
                return
            except sa.exc.SQLAlchemyError:
                log.exception("could not extend the lease of job %s", self._claim.id)


def stage_due_schedules(tx: Tx, *, schedules: Sequence[Schedule]) -> None:
    """Stage each scheduled job whose slot has come and that no worker has staged yet."""
    for schedule in schedules:
        slot = _slot(schedule, tx.now)
        insert_if_absent(tx, schedule_table, {"kind": schedule.kind, "last_slot": -1})
        moved = sa.update(schedule_table).where(
            schedule_table.c.kind == schedule.kind, schedule_table.c.last_slot < slot
        )
        if tx.changed(moved.values(last_slot=slot)):
            stage_job(tx, schedule.kind, unique_key=f"schedule:{schedule.kind}")


def _slot(schedule: Schedule, now: datetime) -> int:
    return to_ms(now) // (schedule.every // timedelta(milliseconds=1))
