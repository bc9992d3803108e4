"""Tell the other side's browser something."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.talk.calls.access import access_call_here
from miaohui.talk.calls.events import CallSignalled
from miaohui.talk.calls.tables import call, call_signal

MOST_SIGNALS = 2_000
"""Of one call: an hour on a train with a new network every two minutes needs some hundreds."""


class CallNotGoingOn(Refusal):
    """The call has not been answered yet, or is over."""

    code = "call_not_going_on"
    status = 409
    title = "This call is not going on"


def send_signal(tx: Tx, *, call_id: int, person_id: int, device_id: int, body: Mapping[str, Any]) -> int:
    """Keep a signal for the other side until the call ends; return its number.

    body: a description, candidates, or both, as `routes.py` takes them; opaque to us.
    Raises CallNotGoingOn, and NotFound for a device that is not in the call.
    """
    access_call_here(tx, call_id=call_id, person_id=person_id, device_id=device_id)
    seq = _next_number(tx, call_id)
    if seq is None:
        raise CallNotGoingOn
    row = {"call_id": call_id, "seq": seq, "sender_id": person_id, "body": dict(body), "sent_at": tx.now}
    tx.execute(sa.insert(call_signal).values(**row))
    tx.emit(CallSignalled(call_id=call_id, seq=seq))
    return seq


def _next_number(tx: Tx, call_id: int) -> int | None:
    """Count one up under the lock of the call's row, so that numbers appear in their order."""
    going_on = sa.and_(call.c.id == call_id, call.c.state == "active", call.c.signals < MOST_SIGNALS)
    counted = sa.update(call).where(going_on).values(signals=call.c.signals + 1).returning(call.c.signals)
    seq: int | None = tx.execute(counted).scalar()
    return seq
