"""Lets go of what the kit keeps only for a while."""

from datetime import datetime, timedelta

from miaohui.kit.db import Tx
from miaohui.kit.idempotency import prune_idempotency_keys
from miaohui.kit.jobs import JobContext, job
from miaohui.kit.jobs.lease import prune_jobs
from miaohui.kit.outbox import prune_outbox

EVENTS_KEPT = timedelta(days=7)
KEYS_KEPT = timedelta(days=1)
LEFTOVERS_KEPT = timedelta(days=1)
"""Longer than any upload of a file into the storage takes."""


@job("kit.prune", max_attempts=3)
def prune_kit(context: JobContext) -> None:
    """Delete events that all have heard, jobs that are done, keys of requests that nobody repeats any more, half-written files."""
    context.blobs.remove_leftovers(before=context.now() - LEFTOVERS_KEPT)
    context.finish(_prune, now=context.now())


def _prune(tx: Tx, *, now: datetime) -> None:
    prune_outbox(tx, before=now - EVENTS_KEPT)
    prune_jobs(tx, before=now - EVENTS_KEPT)
    prune_idempotency_keys(tx, before=now - KEYS_KEPT)
