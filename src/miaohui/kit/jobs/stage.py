"""Stages a job in the caller's transaction."""

from datetime import datetime
from typing import Any

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id
from miaohui.kit.jobs.registry import job_of_kind
from miaohui.kit.jobs.tables import job_table


def stage_job(
    tx: Tx,
    kind: str,
    *,
    unique_key: str | None = None,
    run_at: datetime | None = None,
    priority: int | None = None,
    **payload: Any,
) -> int | None:
    """Stage a job that runs once `tx` has committed, at `run_at` or at once; return its id.

    With a `unique_key` the answer is None, and nothing is staged, while an unfinished job has the
    same key. `payload` holds JSON values; ids are whole numbers.
    """
    declared = job_of_kind(kind)
    if declared is None:
        raise LookupError(f"no job is registered as {kind!r}")
    job_id = new_id()
    staged = insert_if_absent(
        tx,
        job_table,
        {
            "id": job_id,
            "kind": kind,
            "payload": payload,
            "state": "queued",
            "lane": declared.lane,
            "priority": declared.priority if priority is None else priority,
            "run_at": run_at or tx.now,
            "attempts": 0,
            "max_attempts": declared.max_attempts,
            "unique_key": unique_key,
            "progress": 0.0,
            "staged_at": tx.now,
        },
    )
    return job_id if staged else None
