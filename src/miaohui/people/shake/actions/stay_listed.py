"""Stay listed after a shake that found nobody."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.people.shake.queries import StoredTicket, ticket_of
from miaohui.people.shake.tables import shake_ticket

LISTED_FOR = timedelta(minutes=30)


class NotShaking(Conflict):
    """The person has no live ticket: it ended, or somebody was found."""

    code = "not_shaking"
    title = "Shake first"


def stay_listed(tx: Tx, *, person_id: int) -> StoredTicket:
    """Let a live ticket end half an hour after the shake; asking again changes nothing. Raises NotShaking."""
    found = ticket_of(tx, person_id)
    if found is None or found.until <= tx.now:
        raise NotShaking
    mine = sa.and_(shake_ticket.c.person_id == person_id, shake_ticket.c.ticket_id == found.ticket_id)
    until = found.shaken_at + LISTED_FOR
    if tx.changed(sa.update(shake_ticket).where(mine).values(listed=True, until=until)) == 0:
        raise NotShaking
    return msgspec.structs.replace(found, listed=True, until=until)
