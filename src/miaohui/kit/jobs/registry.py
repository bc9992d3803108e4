"""Declares what kinds of jobs there are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Literal, Protocol

import msgspec

from miaohui.kit.db import Database, Tx
from miaohui.kit.db.database import P, T

if TYPE_CHECKING:
    from miaohui.kit.blobs import Blobs
    from miaohui.settings import Settings

Lane = Literal["light", "heavy"]
"""Each worker runs one job of each lane at a time, so that an export does not wait behind a transcode."""


class PermanentJobFailure(Exception):
    """The job cannot succeed, however often it is tried; the message is shown to operators."""


class LeaseLost(Exception):
    """Another worker took the job over; this one must stop and leave no trace."""


class JobContext(Protocol):
    """What a running job may use."""

    db: Database
    blobs: "Blobs"
    settings: "Settings"
    job_id: int
    attempt: int

    def now(self) -> datetime: ...

    def progress(self, fraction: float) -> None:
        """Note how far the job is (0 to 1)."""

    def write(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run `action` in a transaction that fails with LeaseLost if the job is no longer this worker's."""

    def finish(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """As `write`, and mark the job as done in the same transaction: its effect happens exactly once."""

    def lost(self) -> bool:
        """Return whether the job should stop: its lease is lost or the worker is going down."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of job."""

    kind: str
    run: Callable[..., None]
    lane: Lane
    max_attempts: int
    lease: timedelta
    """How long after its last sign of life a job may be taken over."""
    backoff: timedelta
    """Wait before the second try; doubles with each further one, at most an hour."""
    priority: int
    """Lower goes first."""
    on_failure: Callable[..., None] | None
    """`on_failure(tx, reason=…, **payload)` runs in the transaction that gives the job up."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is staged once in every slot of `every`, however many workers run."""

    kind: str
    every: timedelta


_jobs: dict[str, Job] = {}


def job(
    kind: str,
    *,
    lane: Lane = "light",
    max_attempts: int = 5,
    lease_s: float = 30,
    backoff_s: float = 5,
    priority: int = 100,
    on_failure: Callable[..., None] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `run(context, **payload)` as the work of jobs of this kind (`domain.verb`)."""

    def register(run: Callable[..., None]) -> Callable[..., None]:
        _jobs[kind] = Job(
            kind=kind,
            run=run,
            lane=lane,
            max_attempts=max_attempts,
            lease=timedelta(seconds=lease_s),
            backoff=timedelta(seconds=backoff_s),
            priority=priority,
            on_failure=on_failure,
        )
        return run

    return register


def registered_jobs() -> dict[str, Job]:
    """Return all kinds that have been declared so far, by name."""
    return dict(_jobs)


def job_of_kind(kind: str) -> Job | None:
    return _jobs.get(kind)


def payload_of(value: Any) -> dict[str, Any]:
    """Return a stored payload as keyword arguments."""
    if not isinstance(value, dict):
        raise PermanentJobFailure("the payload is not an object")
    return value
