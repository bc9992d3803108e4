"""Open and close a venue, whose screen shows a code."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.people.accounts.profile_texts import clean_nickname
from miaohui.people.shake.access import access_own_venue, access_shaker
from miaohui.people.shake.queries import Venue, venues_of
from miaohui.people.shake.tables import shake_venue

VENUES_AT_MOST = 10


class TooManyVenues(Conflict):
    """The person has as many venues as anybody needs."""

    code = "too_many_venues"
    title = "You have ten venues already. Close one first"


def open_venue(tx: Tx, *, owner_id: int, name: str, proven_after: timedelta) -> Venue:
    """Open a venue. Raises TooManyVenues, InvalidNickname for a name that is none, and what `access_shaker` raises."""
    access_shaker(tx, owner_id, at_venue=False, proven_after=proven_after)
    if len(venues_of(tx, owner_id)) >= VENUES_AT_MOST:
        raise TooManyVenues
    made = Venue(id=new_id(), owner_id=owner_id, name=clean_nickname(name), opened_at=tx.now, closed_at=None)
    tx.execute(sa.insert(shake_venue).values(msgspec.structs.asdict(made)))
    return made


def close_venue(tx: Tx, *, venue_id: int, owner_id: int) -> None:
    """Close a venue: its codes lead nowhere from now on. Raises NotFound."""
    access_own_venue(tx, venue_id, person_id=owner_id)
    tx.execute(sa.update(shake_venue).where(shake_venue.c.id == venue_id).values(closed_at=tx.now))
