"""What each person's devices have to hear, numbered from 1 for each person and kept for a week.

Written in the transaction of what happened. `live.py` tells the sockets; a device that was away asks for
what follows its cursor. Who must not meet the author any more does not hear of it, whenever that began.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx, insert_if_absent
from miaohui.talk.messaging.tables import device_cursor, person_event, person_log

NEWS = "person_log"
"""What a transaction announces that has written to anybody's log."""
KEPT = timedelta(days=7)
"""A phone that was off for longer loads afresh."""

_ids: sa.BindParameter[int] = sa.bindparam("person_ids", expanding=True)
_LOCK = sa.select(person_log.c.person_id).where(person_log.c.person_id.in_(_ids)).order_by(person_log.c.person_id)
_NEXT = Prepared(
    sa.update(person_log)
    .where(person_log.c.person_id.in_(_ids))
    .values(last_seq=person_log.c.last_seq + 1)
    .returning(person_log.c.person_id, person_log.c.last_seq)
)


def append_person_event(
    tx: Tx,
    *,
    person_id: int,
    event: str,
    data: Mapping[str, Any] | None = None,
    about_id: int | None = None,
    ttl_s: float | None = None,
) -> int:
    """Tell all devices of a person; return the entry's number.

    data: JSON; it arrives as `{"topic": "people:{person_id}:inbox", "seq", "event", "data"}`.
    about_id: by whom it is; not delivered once one of the two has blocked the other.
    ttl_s: after so many seconds it is not delivered any more (a ring).
    """
    appended = append_person_events(tx, person_ids=[person_id], event=event, data=data, about_id=about_id, ttl_s=ttl_s)
    return appended[person_id]


def append_person_events(
    tx: Tx,
    *,
    person_ids: Collection[int],
    event: str,
    data: Mapping[str, Any] | None = None,
    about_id: int | None = None,
    conversation_id: int | None = None,
    message_id: int | None = None,
    ttl_s: float | None = None,
) -> dict[int, int]:
    """As `append_person_event`, for many people at once; return each one's number.

    conversation_id, message_id: what is shown as it stands when the entry is read, instead of `data`.
    """
    numbers = _next_numbers(tx, person_ids)
    common = {
        "event": event,
        "about_id": about_id,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "data": data,
        "at": tx.now,
        "expires_at": None if ttl_s is None else tx.now + timedelta(seconds=ttl_s),
    }
    if numbers:
        tx.announce(NEWS)
        tx.insert(person_event, [{"person_id": person_id, "seq": seq, **common} for person_id, seq in numbers.items()])
    return numbers


def _next_numbers(tx: Tx, person_ids: Collection[int]) -> dict[int, int]:
    wanted = {"person_ids": sorted(person_ids)}
    if tx.dialect == "postgresql":
        # In one order, so that two groups with the same people do not wait for each other in a circle.
        tx.execute(_LOCK.with_for_update(), wanted)
    numbers: dict[int, int] = dict(tx.rows(_NEXT, **wanted))
    absent = sorted(set(person_ids) - numbers.keys())
    for person_id in absent:
        insert_if_absent(tx, person_log, {"person_id": person_id, "epoch": secrets.token_hex(8)})
    if absent:
        numbers.update(tx.rows(_NEXT, person_ids=absent))
    return numbers


def devices_behind(tx: Tx, *, person_id: int, seq: int) -> frozenset[int]:
    """Return the person's devices that have ever followed the log and have not acknowledged entry `seq` yet."""
    mine = sa.and_(device_cursor.c.person_id == person_id, device_cursor.c.seq < seq)
    return frozenset(tx.scalars(sa.select(device_cursor.c.device_id).where(mine)))


def has_acknowledged(tx: Tx, *, person_id: int, seq: int, device_id: int | None = None) -> bool:
    """Return whether that device, or any of the person's devices, has acknowledged entry `seq`."""
    mine = [device_cursor.c.person_id == person_id, device_cursor.c.seq >= seq]
    if device_id is not None:
        mine.append(device_cursor.c.device_id == device_id)
    return bool(tx.scalar(sa.select(sa.exists().where(*mine))))
