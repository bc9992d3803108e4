"""The moves of one job under its lease; each is decided by one conditional UPDATE.

A job is this worker's as long as its row is `running` with this worker's name and this attempt: the
attempt number fences off a worker that slept past its lease and wakes up late.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.kit.jobs.registry import Lane, LeaseLost, job_of_kind, payload_of
from miaohui.kit.jobs.tables import job_table

_LONGEST_BACKOFF = timedelta(hours=1)
_DEFAULT_LEASE = timedelta(seconds=30)


class Claim(msgspec.Struct, frozen=True):
    """A job that one worker holds for one attempt."""

    id: int
    kind: str
    payload: Any
    attempt: int
    max_attempts: int
    owner: str


class _Candidate(msgspec.Struct, frozen=True):
    id: int
    kind: str
    payload: Any
    state: str
    attempts: int
    max_attempts: int


_DUE = sa.and_(
    job_table.c.lane == sa.bindparam("lane"),
    sa.or_(
        sa.and_(job_table.c.state == "queued", job_table.c.run_at <= sa.bindparam("now")),
        sa.and_(job_table.c.state == "running", job_table.c.lease_expires_at <= sa.bindparam("now")),
    ),
    # As the partial index says it, and written out: otherwise every claim reads all jobs that ever were.
    job_table.c.state.in_([sa.literal("queued", literal_execute=True), sa.literal("running", literal_execute=True)]),
)
_MOST_URGENT = Prepared(
    sa.select(*(job_table.c[name] for name in _Candidate.__struct_fields__))
    .where(_DUE)
    .order_by(job_table.c.priority, job_table.c.run_at, job_table.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ANY = Prepared(sa.select(job_table.c.id).where(_DUE).limit(1))


def is_any_due(tx: Tx, *, lane: Lane) -> bool:
    """Return whether there is a job of the lane to claim; looking takes no lock that a person's act waits for."""
    return tx.scalar(_ANY, lane=lane, now=tx.now) is not None


def claim_job(tx: Tx, *, owner: str, lane: Lane) -> Claim | None:
    """Take the most urgent job of the lane that is due, or whose worker has gone silent.

    A job that has taken down its worker in its last attempt is given up here.
    """
    while (found := tx.one(_MOST_URGENT, _Candidate, lane=lane, now=tx.now)) is not None:
        if found.attempts >= found.max_attempts:
            _give_up(tx, found, f"its worker went silent in each of {found.attempts} attempts")
            continue
        return _take(tx, found, owner)
    return None


def _take(tx: Tx, found: _Candidate, owner: str) -> Claim:
    declared = job_of_kind(found.kind)
    lease = declared.lease if declared is not None else _DEFAULT_LEASE
    tx.execute(
        sa.update(job_table)
        .where(job_table.c.id == found.id)
        .values(
            state="running",
            attempts=found.attempts + 1,
            lease_owner=owner,
            lease_expires_at=tx.now + lease,
            started_at=tx.now,
            progress=0.0,
        )
    )
    return Claim(found.id, found.kind, found.payload, found.attempts + 1, found.max_attempts, owner)


def _held(claim: Claim) -> sa.ColumnElement[bool]:
    return sa.and_(
        job_table.c.id == claim.id,
        job_table.c.state == "running",
        job_table.c.lease_owner == claim.owner,
        job_table.c.attempts == claim.attempt,
    )


def extend_lease(tx: Tx, *, claim: Claim, lease: timedelta, progress: float | None = None) -> None:
    """Show a sign of life. Raises LeaseLost."""
    values: dict[str, Any] = {"lease_expires_at": tx.now + lease}
    if progress is not None:
        values["progress"] = min(max(progress, 0.0), 1.0)
    if tx.changed(sa.update(job_table).where(_held(claim)).values(values)) == 0:
        raise LeaseLost


def finish_job(tx: Tx, *, claim: Claim) -> None:
    """Mark the job as done. Raises LeaseLost."""
    done = {"state": "done", "progress": 1.0, "failure": None, "finished_at": tx.now, "lease_owner": None}
    if tx.changed(sa.update(job_table).where(_held(claim)).values(done)) == 0:
        raise LeaseLost


def fail_job(tx: Tx, *, claim: Claim, reason: str, permanent: bool) -> bool:
    """Note why an attempt failed; put the job back with backoff, or give it up.

    Returns whether it was given up. Raises LeaseLost.
    """
    declared = job_of_kind(claim.kind)
    if permanent or claim.attempt >= claim.max_attempts or declared is None:
        if tx.changed(sa.update(job_table).where(_held(claim)).values(lease_owner=None)) == 0:
            raise LeaseLost
        _give_up(tx, claim, reason)
        return True
    wait = min(declared.backoff * 2 ** (claim.attempt - 1), _LONGEST_BACKOFF)
    back = {"state": "queued", "run_at": tx.now + wait, "failure": reason[:4000], "lease_owner": None}
    if tx.changed(sa.update(job_table).where(_held(claim)).values(back)) == 0:
        raise LeaseLost
    return False


def release_job(tx: Tx, *, claim: Claim) -> None:
    """Put a job back unharmed because its worker is going down: the attempt does not count."""
    back = {"state": "queued", "attempts": claim.attempt - 1, "lease_owner": None, "run_at": tx.now}
    tx.execute(sa.update(job_table).where(_held(claim)).values(back))


def _give_up(tx: Tx, work: "Claim | _Candidate", reason: str) -> None:
    tx.execute(
        sa.update(job_table)
        .where(job_table.c.id == work.id)
        .values(state="failed", failure=reason[:4000], finished_at=tx.now, lease_owner=None)
    )
    declared = job_of_kind(work.kind)
    if declared is not None and declared.on_failure is not None:
        declared.on_failure(tx, reason=reason, **payload_of(work.payload))


def prune_jobs(tx: Tx, *, before: datetime) -> int:
    """Delete jobs that were done before `before`; failed ones stay until an operator has seen them."""
    return tx.changed(sa.delete(job_table).where(job_table.c.state == "done", job_table.c.finished_at < before))
