"""`miaohui work`: claims jobs and runs them until it is told to stop."""

import os
import signal
import threading

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.kit.jobs import Worker
from miaohui.kit.logs import set_up_logging
from miaohui.schedules import SCHEDULES
from miaohui.services import Services
from miaohui.settings import Settings


def work(settings: Settings) -> int:
    """Run a worker in this process until SIGTERM, SIGINT, or the end of the process that started it."""
    set_up_logging(settings)
    with Services(settings) as services:
        services.migrate()
        worker = Worker(db=services.db, blobs=services.blobs, settings=settings, schedules=SCHEDULES)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        if os.environ.get("MIAOHUI_PARENT_PIPE"):
            threading.Thread(target=_stop_with_parent, args=(worker,), daemon=True).start()
        worker.run()
    return 0


def _stop_with_parent(worker: Worker) -> None:
    """`miaohui serve` holds the other end of our standard input; it closes even at kill -9."""
    # The raw descriptor: a thread inside Python's buffer would hold up the end of the process.
    while os.read(0, 64):
        pass
    worker.stop()
