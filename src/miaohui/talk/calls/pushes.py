"""Tells the two devices in a call what the other one says, and when the call begins and ends."""

import msgspec

from miaohui.kit.db import Database
from miaohui.kit.ids import format_id
from miaohui.kit.realtime import Realtime
from miaohui.talk.calls.answers import CallSignal, signal_of
from miaohui.talk.calls.events import CallAnswered, CallEnded, CallSignalled
from miaohui.talk.calls.queries import signal_by_seq
from miaohui.talk.calls.states import CallState, Outcome

CALL_TOPIC = "calls:{call_id}"


class CallMoved(msgspec.Struct, frozen=True):
    """In which state a call is now; outcome once it has ended."""

    call_id: str
    state: CallState
    outcome: Outcome | None


def push_state(event: CallAnswered | CallEnded, *, realtime: Realtime) -> None:
    """Say that a call was answered, or is over."""
    moved = (
        CallMoved(format_id(event.call_id), "ended", event.outcome)
        if isinstance(event, CallEnded)
        else CallMoved(format_id(event.call_id), "active", None)
    )
    realtime.publish(CALL_TOPIC.format(call_id=event.call_id), "state", moved)


async def push_signal(event: CallSignalled, *, realtime: Realtime, db: Database) -> None:
    """Hand a signal to both devices; the one that sent it knows it by its sender."""
    found = await db.read(signal_by_seq, call_id=event.call_id, seq=event.seq)
    if found is not None:
        signal: CallSignal = signal_of(found)
        realtime.publish(CALL_TOPIC.format(call_id=event.call_id), "signal", signal)
