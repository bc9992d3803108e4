"""Take a block back."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.graph.access import access_account
from miaohui.people.graph.events import PersonUnblocked
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.queries import Relationship, relationship
from miaohui.people.graph.tables import block


def unblock_person(tx: Tx, *, blocker_id: int, blocked_id: int, at: datetime | None = None) -> Relationship:
    """End a block; without one, nothing happens. The follows that it ended do not come back.

    Raises NotFound if there is no such person.
    """
    access_account(tx, blocked_id)
    lock_people(tx, (blocker_id, blocked_id))
    this = sa.and_(block.c.blocker_id == blocker_id, block.c.blocked_id == blocked_id)
    if tx.changed(sa.delete(block).where(this)):
        tx.emit(PersonUnblocked(blocker_id=blocker_id, blocked_id=blocked_id, at=at or tx.now))
    return relationship(tx, viewer_id=blocker_id, person_id=blocked_id)
