"""What the API and the sockets tell of shakes: no ids of people, no handles, nothing finer than a bucket."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from miaohui.hooks import SponsorCard
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.geo import DISTRICTS, PUBLISHED
from miaohui.kit.ids import Id, format_id
from miaohui.people.accounts.queries import person_cards
from miaohui.people.shake.actions.come_to_rendezvous import next_rendezvous
from miaohui.people.shake.queries import (
    Match,
    StoredTicket,
    Venue,
    comes_at,
    guests_expected,
    matches_of,
    missed_day,
    ticket_of,
    venue_by_id,
)
from miaohui.people.shake.reach import LADDER, LADDER_MS, Bucket, reach_m

SPONSOR_AFTER = timedelta(seconds=15)
_KEPT = timedelta(days=30)
_CROWDS = (0, 1, 5, 10, 20, 50, 100)


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """About how many other people: at least so many, and fewer than `below` (None: no end)."""

    at_least: int
    below: int | None


class TicketState(msgspec.Struct, frozen=True, kw_only=True):
    """A shake that waits. reach_m: how far it reaches now. next_reach_at: when further; None at the end.

    widest_m: as far as it will reach; 20,100,000 is anywhere, which ends with the city for who likes nothing yet.
    """

    ticket_id: str
    shaken_at: datetime
    until: datetime
    listed: bool
    widest_m: int
    reach_m: int
    next_reach_at: datetime | None
    venue: str | None
    sponsor_from: datetime


class MatchCard(msgspec.Struct, frozen=True, kw_only=True):
    """Whom one met. Who they are beyond this is told once both said hello.

    my_answer: what one said oneself; what the other said is not told. handle, person_id: None until mutual.
    """

    id: Id
    nickname: str
    avatar_url: str | None
    shared_interests: list[str]
    distance: Bucket
    late: bool
    matched_at: datetime
    hello_until: datetime
    my_answer: Literal["hello", "no"] | None
    mutual: bool
    person_id: Id | None
    handle: str | None


class Rendezvous(msgspec.Struct, frozen=True, kw_only=True):
    """The next full hour. coming: who else said so in one's district; None where that is not known."""

    begins_at: datetime
    i_come: bool
    coming: Crowd | None


class ShakeState(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands. around: other people in the district who shook within ten minutes."""

    now: datetime
    ticket: TicketState | None
    match: MatchCard | None
    around: Crowd | None
    rendezvous: Rendezvous
    on_missed_list: bool


class VenueCard(msgspec.Struct, frozen=True, kw_only=True):
    """A venue of one's own."""

    id: Id
    name: str
    opened_at: datetime


class SponsorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A sponsor's card, or none; always advertising."""

    sponsor: SponsorCard | None


def crowd_of(n: int) -> Crowd:
    """Return the bucket of a number of people."""
    at_least = max(edge for edge in _CROWDS if edge <= max(n, 0))
    above = [edge for edge in _CROWDS if edge > n]
    return Crowd(at_least=at_least, below=above[0] if above else None)


def district_of(cell: int | None) -> int | None:
    """Return the district of a cell."""
    return None if cell is None else DISTRICTS.cell_of(PUBLISHED.centre(cell))


def ticket_state(stored: StoredTicket, *, venue: Venue | None, now: datetime) -> TicketState:
    """Return how a live ticket stands at `now`."""
    shaken_ms, now_ms = to_ms(stored.shaken_at), to_ms(now)
    later = [since for since, metres in LADDER if since > now_ms - shaken_ms and metres <= stored.widest_m]
    return TicketState(
        ticket_id=stored.ticket_id.partition(":")[2],
        shaken_at=stored.shaken_at,
        until=stored.until,
        listed=stored.listed,
        widest_m=stored.widest_m,
        reach_m=reach_m(age_ms=now_ms - shaken_ms, widest_m=stored.widest_m),
        next_reach_at=stored.shaken_at + timedelta(milliseconds=later[0]) if later and venue is None else None,
        venue=None if venue is None else venue.name,
        sponsor_from=stored.shaken_at + SPONSOR_AFTER,
    )


def match_cards(tx: Tx, found: list[Match], *, person_id: int) -> list[MatchCard]:
    """Return matches as one of the two may see them, without whom nobody is any more."""
    people = person_cards(tx, [match.partner_of(person_id) for match in found])
    cards = []
    for match in found:
        partner = people.get(match.partner_of(person_id))
        if partner is None:
            continue
        mutual = match.mutual_at is not None
        cards.append(
            MatchCard(
                id=format_id(match.id),
                nickname=partner.nickname,
                # The picture's address would tell who it is.
                avatar_url=f"/api/v1/shake-matches/{match.id}/picture" if partner.avatar_url else None,
                shared_interests=match.shared,
                distance=match.bucket,
                late=match.late,
                matched_at=match.matched_at,
                hello_until=match.hello_until,
                my_answer=match.answer_of(person_id),
                mutual=mutual,
                person_id=format_id(partner.id) if mutual else None,
                handle=partner.handle if mutual else None,
            )
        )
    return cards


def read_matches(tx: Tx, *, person_id: int) -> list[MatchCard]:
    """Return whom a person met: still open, or mutual. What passed without two hellos is not shown."""
    found = [
        match
        for match in matches_of(tx, person_id, since=tx.now - _KEPT)
        if match.mutual_at is not None or (match.hello_until > tx.now and match.answer_of(person_id) != "no")
    ]
    return match_cards(tx, found, person_id=person_id)


def read_state(tx: Tx, *, person_id: int, others: int | None) -> ShakeState:
    """Return where a person stands. others: who else shook in their ticket's district."""
    stored = ticket_of(tx, person_id)
    if stored is not None and stored.until <= tx.now:
        stored = None
    venue = None if stored is None or stored.venue_id is None else venue_by_id(tx, stored.venue_id)
    latest = [
        match
        for match in matches_of(tx, person_id, since=tx.now - LIVE_MATCH)
        if match.answer_of(person_id) != "no" and (match.hello_until > tx.now or match.mutual_at is not None)
    ]
    begins_at = next_rendezvous(tx.now)
    i_come = comes_at(tx, person_id, begins_at=begins_at)
    district = i_come or district_of(None if stored is None else stored.cell)
    coming = None
    if district is not None:
        coming = crowd_of(guests_expected(tx, begins_at=begins_at, district=district) - (i_come is not None))
    cards = match_cards(tx, latest[:1], person_id=person_id)
    return ShakeState(
        now=tx.now,
        ticket=None if stored is None else ticket_state(stored, venue=venue, now=tx.now),
        match=cards[0] if cards else None,
        around=None if others is None else crowd_of(others),
        rendezvous=Rendezvous(begins_at=begins_at, i_come=i_come is not None, coming=coming),
        on_missed_list=missed_day(tx, person_id, day=tx.now.date()) is not None,
    )


LIVE_MATCH = timedelta(milliseconds=LADDER_MS)
"""How long the newest match stays on the page where one shakes; later ones are in the list."""
