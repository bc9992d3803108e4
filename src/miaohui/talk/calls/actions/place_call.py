"""Call a friend."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.ids import format_id, new_id
from miaohui.kit.jobs import stage_job
from miaohui.people.graph.access import access_person
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.queries import are_friends
from miaohui.talk.calls.endings import finish_overdue, say_ended
from miaohui.talk.calls.events import CallRang
from miaohui.talk.calls.queries import Call, call_by_id, call_of
from miaohui.talk.calls.states import RINGS_FOR, CallKind
from miaohui.talk.calls.tables import call, call_seat
from miaohui.talk.messaging.person_log import append_person_event
from miaohui.talk.messaging.standing import have_exchanged_messages


class CallsAreForFriends(Refusal):
    """One of the two does not follow the other."""

    code = "calls_are_for_friends"
    status = 403
    title = "You can call each other once both of you follow"


class NoMessagesYet(Refusal):
    """One of the two has never written to the other."""

    code = "no_messages_yet"
    status = 403
    title = "Write to each other first; then you can call"


class AlreadyInACall(Refusal):
    """The caller has a call already, here or on another device, or is being called."""

    code = "already_in_a_call"
    status = 409
    title = "You are in a call already"

    def __init__(self, call_id: int) -> None:
        super().__init__(call_id=format_id(call_id))


def place_call(tx: Tx, *, caller_id: int, device_id: int, callee_id: int, kind: CallKind) -> Call:
    """Let all devices of `callee_id` ring for 45 seconds; who is in a call already is busy.

    device_id: on which the caller talks. The call of somebody busy comes back as ended.
    Raises CallsAreForFriends, NoMessagesYet, AlreadyInACall, and NotFound where the two must not meet.
    """
    _check(tx, caller_id=caller_id, callee_id=callee_id)
    lock_people(tx, (caller_id, callee_id))
    # Asked again under the lock: a block may have come between.
    _check(tx, caller_id=caller_id, callee_id=callee_id)
    for person_id in sorted((caller_id, callee_id)):
        finish_overdue(tx, person_id)
    call_id, ring_until = new_id(), tx.now + RINGS_FOR
    tx.execute(
        sa.insert(call).values(
            id=call_id,
            kind=kind,
            state="ringing",
            caller_id=caller_id,
            callee_id=callee_id,
            caller_device_id=device_id,
            rang_at=tx.now,
            ring_until=ring_until,
            caller_seen_at=tx.now,
        )
    )
    if not _take_seats(tx, call_id=call_id, caller_id=caller_id, callee_id=callee_id):
        _find_busy(tx, call_id)
        return _written(tx, call_id)
    stage_job(tx, "calls.time_out", run_at=ring_until, priority=10, call_id=call_id)
    append_person_event(
        tx,
        person_id=callee_id,
        event="call.ringing",
        data={"call_id": format_id(call_id)},
        about_id=caller_id,
        ttl_s=RINGS_FOR.total_seconds(),
    )
    tx.emit(CallRang(call_id=call_id, caller_id=caller_id, callee_id=callee_id, kind=kind, at=tx.now))
    return _written(tx, call_id)


def _check(tx: Tx, *, caller_id: int, callee_id: int) -> None:
    if caller_id == callee_id:
        raise NotFound
    access_person(tx, person_id=callee_id, viewer_id=caller_id)
    if not are_friends(tx, caller_id, callee_id):
        raise CallsAreForFriends
    if not have_exchanged_messages(tx, caller_id, callee_id):
        raise NoMessagesYet


def _take_seats(tx: Tx, *, call_id: int, caller_id: int, callee_id: int) -> bool:
    """Seat both, the lower account first; return False if the callee has a seat elsewhere."""
    taken = {
        person_id: insert_if_absent(tx, call_seat, {"account_id": person_id, "call_id": call_id})
        for person_id in sorted((caller_id, callee_id))
    }
    if not taken[caller_id]:
        elsewhere = call_of(tx, caller_id)
        raise AlreadyInACall(call_id if elsewhere is None else elsewhere.id)
    return taken[callee_id]


def _find_busy(tx: Tx, call_id: int) -> None:
    tx.execute(sa.delete(call_seat).where(call_seat.c.call_id == call_id))
    busy = {"state": "ended", "outcome": "busy", "ended_at": tx.now}
    tx.execute(sa.update(call).where(call.c.id == call_id).values(**busy))
    say_ended(tx, call_id)


def _written(tx: Tx, call_id: int) -> Call:
    found = call_by_id(tx, call_id)
    if found is None:
        raise RuntimeError("a call that was just written is not there")
    return found
