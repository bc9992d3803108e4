"""Be seen near by for two hours, or no more."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.people.nearby.tables import nearby_visit
from miaohui.people.shake.access import access_shaker

SEEN_FOR = timedelta(hours=2)


def be_seen(tx: Tx, *, person_id: int, cell: int, proven_after: timedelta) -> datetime:
    """Show a person to who is near by, by their cell; return until when. Raises what `access_shaker` raises."""
    access_shaker(tx, person_id, at_venue=False, proven_after=proven_after)
    values = {"cell": cell, "until": tx.now + SEEN_FOR}
    insert_or_update(tx, nearby_visit, {"person_id": person_id, **values}, key=("person_id",), changes=values)
    return tx.now + SEEN_FOR


def be_unseen(tx: Tx, *, person_id: int) -> None:
    """Forget where a person is."""
    tx.execute(sa.delete(nearby_visit).where(nearby_visit.c.person_id == person_id))


def prune(tx: Tx) -> None:
    """Forget whose two hours are over."""
    tx.execute(sa.delete(nearby_visit).where(nearby_visit.c.until <= tx.now))
