"""The one way in which a call ends, whoever ends it."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.talk.calls.events import CallEnded
from miaohui.talk.calls.queries import Call, call_by_id, call_of
from miaohui.talk.calls.states import SILENT_FOR, Outcome
from miaohui.talk.calls.tables import call, call_seat, call_signal
from miaohui.talk.messaging.person_log import append_person_events


def finish_call(tx: Tx, found: Call, *, outcome: Outcome, by_id: int | None) -> bool:
    """Move a call from the state in which it was found to its end; return False if somebody was faster.

    Frees both seats, forgets the signals, and lets all devices of both know.
    """
    as_found = sa.and_(call.c.id == found.id, call.c.state == found.state)
    ended = {"state": "ended", "outcome": outcome, "ended_at": tx.now, "ended_by": by_id}
    if tx.changed(sa.update(call).where(as_found).values(**ended)) == 0:
        return False
    tx.execute(sa.delete(call_seat).where(call_seat.c.call_id == found.id))
    tx.execute(sa.delete(call_signal).where(call_signal.c.call_id == found.id))
    say_ended(tx, found.id)
    return True


def say_ended(tx: Tx, call_id: int) -> None:
    """Let both people's devices and the rest of the product know of the end that was just written."""
    found = call_by_id(tx, call_id)
    if found is None or found.outcome is None:
        raise RuntimeError(f"call {call_id} has not ended")
    if found.outcome != "busy":
        # Without `about_id`: whoever has blocked the caller must hear above all that it rings no more.
        append_person_events(
            tx,
            person_ids=(found.caller_id, found.callee_id),
            event="call.ended",
            data={"call_id": format_id(call_id), "outcome": found.outcome},
            ttl_s=SILENT_FOR.total_seconds(),
        )
    tx.emit(
        CallEnded(
            call_id=call_id,
            caller_id=found.caller_id,
            callee_id=found.callee_id,
            kind=found.kind,
            outcome=found.outcome,
            duration_s=found.duration_s,
            ended_by=found.ended_by,
            at=tx.now,
        )
    )


def finish_overdue(tx: Tx, person_id: int) -> None:
    """End the call in which a person has a seat if its time is over and the clock was not there yet."""
    found = call_of(tx, person_id)
    if found is not None and (outcome := overdue_outcome(tx, found)) is not None:
        finish_call(tx, found, outcome=outcome, by_id=None)


def overdue_outcome(tx: Tx, found: Call) -> Outcome | None:
    """Return how the clock ends a call now: missed, or completed when one side is silent; None if it may go on."""
    if found.state == "ringing" and found.ring_until <= tx.now:
        return "missed"
    if found.state == "active" and found.callee_seen_at is not None:
        silent_since = min(found.caller_seen_at, found.callee_seen_at)
        return "completed" if silent_since + SILENT_FOR <= tx.now else None
    return None
