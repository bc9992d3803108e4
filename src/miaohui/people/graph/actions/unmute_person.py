"""Take a mute back."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.graph.access import access_account
from miaohui.people.graph.events import PersonUnmuted
from miaohui.people.graph.queries import Relationship, relationship
from miaohui.people.graph.tables import mute


def unmute_person(tx: Tx, *, muter_id: int, muted_id: int, at: datetime | None = None) -> Relationship:
    """End a mute; without one, nothing happens. Raises NotFound if there is no such person."""
    access_account(tx, muted_id)
    if tx.changed(sa.delete(mute).where(mute.c.muter_id == muter_id, mute.c.muted_id == muted_id)):
        tx.emit(PersonUnmuted(muter_id=muter_id, muted_id=muted_id, at=at or tx.now))
    return relationship(tx, viewer_id=muter_id, person_id=muted_id)
