"""Reads of calls."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.calls.states import CallKind, CallState, Outcome
from miaohui.talk.calls.tables import call, call_seat, call_signal


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it stands in the database."""

    id: int
    kind: CallKind
    state: CallState
    outcome: Outcome | None
    caller_id: int
    callee_id: int
    caller_device_id: int
    callee_device_id: int | None
    rang_at: datetime
    ring_until: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: int | None
    caller_seen_at: datetime
    callee_seen_at: datetime | None

    @property
    def duration_s(self) -> int:
        """Whole seconds from the answer to the end; 0 for a call that was not answered, or goes on."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, int((self.ended_at - self.answered_at).total_seconds()))

    def other_than(self, person_id: int) -> int:
        """Return with whom a person has this call."""
        return self.callee_id if person_id == self.caller_id else self.caller_id

    def is_in(self, device_id: int) -> bool:
        """Return whether this is one of the devices that talk, or of which one waits for the answer."""
        return device_id in (self.caller_device_id, self.callee_device_id)


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What one side's browser has to tell the other's. seq: from 1 on within the call."""

    seq: int
    sender_id: int
    body: dict[str, Any]


_CALL = tuple(call.c[field] for field in Call.__struct_fields__)
_SIGNAL = (call_signal.c.seq, call_signal.c.sender_id, call_signal.c.body)
_BY_ID = sa.select(*_CALL).where(call.c.id == sa.bindparam("call_id", type_=sa.BigInteger))
_SEATED = (
    sa.select(*_CALL)
    .join_from(call_seat, call)
    .where(call_seat.c.account_id == sa.bindparam("person_id", type_=sa.BigInteger))
)


def call_by_id(tx: Tx, call_id: int) -> Call | None:
    """Return a call, whoever asks."""
    row = tx.execute(_BY_ID, {"call_id": call_id}).mappings().first()
    return None if row is None else Call(**row)


def call_of(tx: Tx, person_id: int) -> Call | None:
    """Return the call in which a person has a seat, if any; its time may be over already."""
    row = tx.execute(_SEATED, {"person_id": person_id}).mappings().first()
    return None if row is None else Call(**row)


def live_calls_of_device(tx: Tx, *, account_id: int, device_id: int) -> list[Call]:
    """Return the calls that a device is in; there is one at most, but rows are cheaper than a promise."""
    here = sa.or_(call.c.caller_device_id == device_id, call.c.callee_device_id == device_id)
    live = sa.select(*_CALL).join_from(call_seat, call).where(call_seat.c.account_id == account_id, here)
    return tx.all(live, Call)


def signals_after(tx: Tx, *, call_id: int, seq: int, limit: int = 200) -> list[Signal]:
    """Return the signals of a call with a higher number, oldest first."""
    later = sa.select(*_SIGNAL).where(call_signal.c.call_id == call_id, call_signal.c.seq > seq)
    return tx.all(later.order_by(call_signal.c.seq).limit(limit), Signal)


def signal_by_seq(tx: Tx, *, call_id: int, seq: int) -> Signal | None:
    """Return one signal; None once the call has ended."""
    return tx.one(sa.select(*_SIGNAL).where(call_signal.c.call_id == call_id, call_signal.c.seq == seq), Signal)


def calls_of(tx: Tx, person_id: int) -> Iterator[Call]:
    """Yield all calls of a person, newest first."""
    theirs = sa.or_(call.c.caller_id == person_id, call.c.callee_id == person_id)
    for row in tx.execute(sa.select(*_CALL).where(theirs).order_by(call.c.id.desc())).mappings():
        yield Call(**row)
