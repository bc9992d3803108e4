"""End tickets: their time is over, or their person wants no more."""

from collections.abc import Iterable

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.shake.events import ShakeEnded
from miaohui.people.shake.pool import Ticket
from miaohui.people.shake.tables import shake_ticket


def end_tickets(tx: Tx, *, tickets: Iterable[Ticket]) -> None:
    """Forget tickets whose time is over, and with them where their people were."""
    for ticket in tickets:
        over = sa.and_(
            shake_ticket.c.person_id == ticket.person_id,
            shake_ticket.c.ticket_id == ticket.id,
            shake_ticket.c.until <= tx.now,
        )
        listed = tx.scalar(sa.delete(shake_ticket).where(over).returning(shake_ticket.c.listed))
        if listed is not None:
            tx.emit(ShakeEnded(person_id=ticket.person_id, listed=bool(listed), at=tx.now))


def withdraw_ticket(tx: Tx, *, person_id: int) -> None:
    """Forget a person's ticket because they want no more."""
    tx.execute(sa.delete(shake_ticket).where(shake_ticket.c.person_id == person_id))
