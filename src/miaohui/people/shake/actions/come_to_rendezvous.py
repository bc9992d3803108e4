"""Come to the next rendezvous on the hour."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.jobs import stage_job
from miaohui.people.shake.access import access_shaker
from miaohui.people.shake.events import RendezvousBegan
from miaohui.people.shake.tables import shake_guest


def next_rendezvous(now: datetime) -> datetime:
    """Return the next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def come_to_rendezvous(tx: Tx, *, person_id: int, district: int, proven_after: timedelta) -> datetime:
    """Note that a person will shake at the next full hour, and have them called then; return when.

    Raises what `access_shaker` raises.
    """
    access_shaker(tx, person_id, at_venue=False, proven_after=proven_after)
    begins_at = next_rendezvous(tx.now)
    insert_if_absent(tx, shake_guest, {"person_id": person_id, "begins_at": begins_at, "district": district})
    moment = to_ms(begins_at)
    stage_job(tx, "shake.call_rendezvous", unique_key=f"shake.call:{moment}", run_at=begins_at, begins_at_ms=moment)
    return begins_at


def leave_rendezvous(tx: Tx, *, person_id: int) -> None:
    """Note that a person does not come after all."""
    tx.execute(sa.delete(shake_guest).where(shake_guest.c.person_id == person_id))


def call_rendezvous(tx: Tx, *, begins_at: datetime) -> int:
    """Call who said that they come, and forget where; return how many."""
    guests = tx.scalars(
        sa.delete(shake_guest).where(shake_guest.c.begins_at <= begins_at).returning(shake_guest.c.person_id)
    )
    for person_id in sorted(set(guests)):
        tx.emit(RendezvousBegan(person_id=person_id, at=tx.now))
    return len(guests)
