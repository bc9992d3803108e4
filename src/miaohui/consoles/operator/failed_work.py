"""Jobs that were given up, for operators."""

from datetime import datetime

import msgspec

from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import Id, format_id
from miaohui.kit.jobs.failed import failed_jobs, retry_job


class JobNotFailed(Conflict):
    """The job has not failed, was put back before, or the same work waits already."""

    code = "job_not_failed"
    status = 409
    title = "This job has not failed, or the same work waits already"


class FailedJobAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was given up, and why."""

    id: Id
    kind: str
    attempts: int
    failure: str | None
    finished_at: datetime


class FailedJobs(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    items: list[FailedJobAnswer]


def read_failed_jobs(tx: Tx, *, by_id: int) -> FailedJobs:
    """Return the jobs that were given up to an operator. Raises Forbidden."""
    access_operator(tx, by_id)
    return FailedJobs(
        items=[FailedJobAnswer(**msgspec.structs.asdict(one) | {"id": format_id(one.id)}) for one in failed_jobs(tx)]
    )


def put_back(tx: Tx, *, job_id: int, by_id: int) -> None:
    """Put a failed job back into the queue as an operator. Raises Forbidden, JobNotFailed."""
    access_operator(tx, by_id)
    if not retry_job(tx, job_id=job_id):
        raise JobNotFailed
