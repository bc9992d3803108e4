"""A worker in a process of its own that does all that is due, unless it is killed before."""

from datetime import datetime
from pathlib import Path

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.kit.blobs import open_blobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import open_database
from miaohui.kit.jobs import Worker
from miaohui.settings import Settings
from miaohui.subscriptions import subscriptions


def work(database_url: str, data: Path, now: datetime) -> None:
    """Do what is due at `now`; the clock stands still, so leases run out only when the story says so."""
    settings = Settings(data_dir=data)
    db = open_database(database_url, clock=ManualClock(now), recorder=subscriptions())
    Worker(db=db, blobs=open_blobs(settings), settings=settings).run_due()
    db.close()
