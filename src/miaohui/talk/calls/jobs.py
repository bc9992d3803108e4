"""Calls that end by themselves: nobody answered, or nobody is there any more."""

from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, job, stage_job
from miaohui.people.accounts.export import contribute
from miaohui.talk.calls.actions.end_call import end_by_clock
from miaohui.talk.calls.own_export import calls_for_export
from miaohui.talk.calls.states import SILENT_FOR

contribute("calls", rows=calls_for_export)


@job("calls.time_out", max_attempts=20, backoff_s=1)
def time_out(context: JobContext, *, call_id: int) -> None:
    """End a call that has rung for 45 seconds as missed."""
    context.finish(end_by_clock, call_id=call_id)


@job("calls.watch", max_attempts=20, backoff_s=5)
def watch(context: JobContext, *, call_id: int) -> None:
    """End a call of which a device has been silent for 90 seconds; come again while it goes on."""
    context.finish(_watch_on, call_id=call_id)


def _watch_on(tx: Tx, *, call_id: int) -> None:
    going_on = end_by_clock(tx, call_id=call_id)
    if going_on is not None and going_on.callee_seen_at is not None:
        seen_at = min(going_on.caller_seen_at, going_on.callee_seen_at)
        stage_job(tx, "calls.watch", run_at=seen_at + SILENT_FOR, call_id=call_id)
