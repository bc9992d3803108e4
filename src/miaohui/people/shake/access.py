"""Who may shake and who may look at a match, decided where the thing is fetched."""

from datetime import timedelta

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.kit.http.viewer import Viewer
from miaohui.people.accounts.ages import is_minor
from miaohui.people.graph.queries import blocked_either_way
from miaohui.people.shake.queries import Match, Shaker, Venue, match_by_id, shaker, venue_by_id

PROVEN_AFTER = timedelta(hours=24)
STOPPED_AT_REPORTS = 3
"""So many different people do not all err; below it a reported person is only matched last."""


class NotForMinors(Refusal):
    """The person is younger than 18. Nobody can switch this on for themselves."""

    code = "not_for_minors"
    status = 403
    title = "Meeting strangers is off until you are 18"


class AccountNotProven(Refusal):
    """The account is younger than a day, or no address of it is verified: only a venue's code works."""

    code = "account_not_proven"
    status = 403
    title = "A new account shakes with a venue's code for its first day"


class ShakeStopped(Refusal):
    """Several people reported the person."""

    code = "shake_stopped"
    status = 403
    title = "Several people have reported you, so this is closed for now"


def access_shaker(tx: Tx, person_id: int, *, at_venue: bool, proven_after: timedelta) -> Shaker:
    """Return what is known of a person who may meet strangers near by.

    proven_after: how old an account must be to shake by location; zero switches that rule off (the demo).
    Raises NotForMinors, ShakeStopped, AccountNotProven, and NotFound for who is leaving.
    """
    found = shaker(tx, person_id)
    if found is None:
        raise NotFound
    if is_minor(found.birth_date, now=tx.now):
        raise NotForMinors
    if found.reports >= STOPPED_AT_REPORTS:
        raise ShakeStopped
    proven = found.verified and tx.now - found.created_at >= proven_after
    if proven_after and not proven and not at_venue:
        raise AccountNotProven
    return found


def access_match(tx: Tx, match_id: int, *, person_id: int) -> Match:
    """Return a match to one of its two.

    Raises NotFound for everybody else, and as soon as either of the two has blocked the other.
    """
    found = match_by_id(tx, match_id)
    if found is None or person_id not in (found.one_id, found.other_id):
        raise NotFound
    if blocked_either_way(tx, found.one_id, found.other_id):
        raise NotFound
    return found


def access_own_venue(tx: Tx, venue_id: int, *, person_id: int) -> Venue:
    """Return an open venue to the person whose it is. Raises NotFound."""
    found = venue_by_id(tx, venue_id)
    if found is None or found.owner_id != person_id or found.closed_at is not None:
        raise NotFound
    return found


def may_hear_shakes(tx: Tx, viewer: Viewer, *, person_id: int) -> bool:
    """Rule of the topic `people:{person_id}:shakes`: that person alone."""
    return viewer.account_id == person_id
