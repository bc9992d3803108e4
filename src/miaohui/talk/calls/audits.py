"""What must always hold for calls."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.audits import audit
from miaohui.talk.calls.tables import call, call_seat, call_signal


@audit("calls.seats_of_live_calls", "Both people of a call that is not over have their seat in it.")
def seats_of_live_calls(dialect: str) -> sa.Select[Any]:
    seats = sa.select(sa.func.count()).where(call_seat.c.call_id == call.c.id).scalar_subquery()
    return sa.select(call.c.id.label("call_id")).where(call.c.state != "ended", seats != 2)


@audit("calls.ended_calls_hold_nothing", "A call that is over has no seats and no signals.")
def ended_calls_hold_nothing(dialect: str) -> sa.Select[Any]:
    seated = sa.exists().where(call_seat.c.call_id == call.c.id)
    signalled = sa.exists().where(call_signal.c.call_id == call.c.id)
    return sa.select(call.c.id.label("call_id")).where(call.c.state == "ended", sa.or_(seated, signalled))
