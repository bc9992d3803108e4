"""Say that a device is still in its call."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.calls.access import access_call_here
from miaohui.talk.calls.queries import Call
from miaohui.talk.calls.tables import call


def keep_call_alive(tx: Tx, *, call_id: int, person_id: int, device_id: int) -> Call:
    """Note that a device is there, and return the call as it stands. Raises NotFound for other devices."""
    found = access_call_here(tx, call_id=call_id, person_id=person_id, device_id=device_id)
    side = "caller_seen_at" if person_id == found.caller_id else "callee_seen_at"
    going_on = sa.and_(call.c.id == call_id, call.c.state == "active")
    tx.execute(sa.update(call).where(going_on).values({side: tx.now}))
    return found
