"""Write down that somebody shakes."""

import sqlalchemy as sa

from miaohui.kit.clock import from_ms
from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import NotFound
from miaohui.people.shake.pool import Ticket
from miaohui.people.shake.queries import venue_by_id
from miaohui.people.shake.tables import shake_guest, shake_ticket


def note_ticket(tx: Tx, *, ticket: Ticket, cell: int | None) -> None:
    """Keep a ticket as long as it lives, with its cell and nothing finer; an earlier one of the person ends.

    Raises NotFound for a venue that is closed.
    """
    if ticket.venue_id is not None:
        venue = venue_by_id(tx, ticket.venue_id)
        if venue is None or venue.closed_at is not None:
            raise NotFound
    values = {
        "ticket_id": ticket.id,
        "cell": cell,
        "venue_id": ticket.venue_id,
        "widest_m": ticket.widest_m,
        "interests": sorted(ticket.interests),
        "shaken_at": from_ms(ticket.at_ms),
        "listed": False,
        "until": from_ms(ticket.until_ms),
    }
    insert_or_update(tx, shake_ticket, {"person_id": ticket.person_id, **values}, key=("person_id",), changes=values)
    tx.execute(
        sa.delete(shake_guest).where(shake_guest.c.person_id == ticket.person_id, shake_guest.c.begins_at < tx.now)
    )
