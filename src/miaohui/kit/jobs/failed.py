"""Jobs that were given up, and putting them back."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs.tables import job_table


class FailedJob(msgspec.Struct, frozen=True):
    """A job that was given up."""

    id: int
    kind: str
    attempts: int
    failure: str | None
    finished_at: datetime


def failed_jobs(tx: Tx, *, limit: int = 200) -> list[FailedJob]:
    """Return jobs that were given up, newest first."""
    columns = [job_table.c[name] for name in FailedJob.__struct_fields__]
    query = sa.select(*columns).where(job_table.c.state == "failed").order_by(job_table.c.id.desc()).limit(limit)
    return tx.all(query, FailedJob)


def retry_job(tx: Tx, *, job_id: int) -> bool:
    """Put a failed job back with all its attempts; return whether there was one, and nobody does the same already."""
    again = {"state": "queued", "attempts": 0, "run_at": tx.now, "finished_at": None, "progress": 0.0}
    failed = sa.and_(job_table.c.id == job_id, job_table.c.state == "failed")
    other = job_table.alias()
    same_work = sa.select(other.c.id).where(
        other.c.unique_key == job_table.c.unique_key, other.c.state.in_(["queued", "running"])
    )
    return tx.changed(sa.update(job_table).where(failed, ~same_work.exists()).values(again)) == 1
