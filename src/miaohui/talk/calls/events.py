"""What happens to calls."""

from datetime import datetime

from miaohui.kit.outbox import Event
from miaohui.talk.calls.states import CallKind, Outcome


class CallRang(Event, frozen=True, kw_only=True):
    """All devices of `callee_id` ring."""

    call_id: int
    caller_id: int
    callee_id: int
    kind: CallKind
    at: datetime


class CallAnswered(Event, frozen=True, kw_only=True):
    """One device of `callee_id` has answered; the others stop ringing."""

    call_id: int
    caller_id: int
    callee_id: int
    device_id: int
    at: datetime


class CallEnded(Event, frozen=True, kw_only=True):
    """A call is over, or did not come about. duration_s: since it was answered. ended_by: None for the clock."""

    call_id: int
    caller_id: int
    callee_id: int
    kind: CallKind
    outcome: Outcome
    duration_s: int
    ended_by: int | None
    at: datetime


class CallSignalled(Event, frozen=True, kw_only=True):
    """One side's browser has something to tell the other's, under this number."""

    call_id: int
    seq: int
