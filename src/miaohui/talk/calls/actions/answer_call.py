"""Answer a call."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.ids import format_id
from miaohui.kit.jobs import stage_job
from miaohui.people.graph.locks import lock_people
from miaohui.talk.calls.access import access_call
from miaohui.talk.calls.events import CallAnswered
from miaohui.talk.calls.queries import Call
from miaohui.talk.calls.states import RINGS_FOR, SILENT_FOR
from miaohui.talk.calls.tables import call
from miaohui.talk.messaging.person_log import append_person_events


class CallNotRinging(Refusal):
    """Another device was faster, the caller gave up, or the time was over."""

    code = "call_not_ringing"
    status = 409
    title = "This call does not ring any more"

    def __init__(self, found: Call) -> None:
        super().__init__(state=found.state, outcome=found.outcome)


def answer_call(tx: Tx, *, call_id: int, person_id: int, device_id: int) -> Call:
    """Talk on this device; the first that answers wins, and all others of the person stop ringing.

    Answering again from the same device is answering once.
    Raises CallNotRinging, and NotFound for a call that is not to this person or that a block has ended.
    """
    found = access_call(tx, call_id=call_id, person_id=person_id)
    if person_id != found.callee_id:
        raise NotFound
    # So that a block does not pass an answer: then its handler finds the call, ringing or going on.
    lock_people(tx, (found.caller_id, found.callee_id))
    found = access_call(tx, call_id=call_id, person_id=person_id)
    rings = sa.and_(call.c.id == call_id, call.c.state == "ringing", call.c.ring_until > tx.now)
    answered = {
        "state": "active",
        "answered_at": tx.now,
        "callee_device_id": device_id,
        "caller_seen_at": tx.now,
        "callee_seen_at": tx.now,
    }
    if tx.changed(sa.update(call).where(rings).values(**answered)) == 0:
        now = access_call(tx, call_id=call_id, person_id=person_id)
        if now.state == "active" and now.callee_device_id == device_id:
            return now
        raise CallNotRinging(now)
    stage_job(tx, "calls.watch", run_at=tx.now + SILENT_FOR, call_id=call_id)
    append_person_events(
        tx,
        person_ids=(found.caller_id, found.callee_id),
        event="call.answered",
        data={"call_id": format_id(call_id), "device_id": format_id(device_id)},
        ttl_s=RINGS_FOR.total_seconds(),
    )
    tx.emit(
        CallAnswered(
            call_id=call_id, caller_id=found.caller_id, callee_id=found.callee_id, device_id=device_id, at=tx.now
        )
    )
    return access_call(tx, call_id=call_id, person_id=person_id)
