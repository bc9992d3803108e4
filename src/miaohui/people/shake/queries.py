"""Reads of the shakes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.tables import account, account_identifier
from miaohui.people.graph.queries import hidden_accounts
from miaohui.people.shake.reach import Bucket
from miaohui.people.shake.tables import (
    shake_guest,
    shake_match,
    shake_missed,
    shake_report,
    shake_ticket,
    shake_venue,
)

Answer = Literal["hello", "no"]
MEET_AGAIN_AFTER = timedelta(days=30)
REPORTS_COUNT_FOR = timedelta(days=90)


class StoredTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it stands in the database; what the pool needs to hold it again after a restart."""

    person_id: int
    ticket_id: str
    cell: int | None
    venue_id: int | None
    widest_m: int
    interests: list[str]
    shaken_at: datetime
    listed: bool
    until: datetime


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Two people who met, as it stands in the database."""

    id: int
    one_id: int
    other_id: int
    one_ticket: str | None
    other_ticket: str | None
    late: bool
    bucket: Bucket
    shared: list[str]
    matched_at: datetime
    hello_until: datetime
    one_answer: Answer | None
    other_answer: Answer | None
    mutual_at: datetime | None

    def partner_of(self, person_id: int) -> int:
        """Return the other of the two."""
        return self.other_id if person_id == self.one_id else self.one_id

    def answer_of(self, person_id: int) -> Answer | None:
        """Return what one of the two said."""
        return self.one_answer if person_id == self.one_id else self.other_answer


class Shaker(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether somebody may shake."""

    birth_date: date
    created_at: datetime
    verified: bool
    """Whether an address of theirs has been verified."""
    reports: int
    """How many people reported them lately."""


class Venue(msgspec.Struct, frozen=True, kw_only=True):
    """A place with a code on its screen."""

    id: int
    owner_id: int
    name: str
    opened_at: datetime
    closed_at: datetime | None


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who met nobody on a day."""

    person_id: int
    day: date
    district: int
    interests: list[str]


_TICKET = tuple(shake_ticket.c[name] for name in StoredTicket.__struct_fields__)
_MATCH = tuple(shake_match.c[name] for name in Match.__struct_fields__)
_VENUE = tuple(shake_venue.c[name] for name in Venue.__struct_fields__)
_PERSON = sa.bindparam("person_id", type_=sa.BigInteger)
_SINCE = sa.bindparam("since", type_=shake_match.c.matched_at.type)
# Built once: making a statement anew takes longer than SQLite takes to answer it.
_MET = sa.union_all(
    sa.select(shake_match.c.other_id).where(shake_match.c.one_id == _PERSON, shake_match.c.matched_at > _SINCE),
    sa.select(shake_match.c.one_id).where(shake_match.c.other_id == _PERSON, shake_match.c.matched_at > _SINCE),
)
_SHAKER = sa.select(
    account.c.birth_date,
    account.c.created_at,
    sa.exists().where(account_identifier.c.account_id == account.c.id).label("verified"),
    sa.select(sa.func.count())
    .where(shake_report.c.reported_id == account.c.id, shake_report.c.reported_at > _SINCE)
    .scalar_subquery()
    .label("reports"),
).where(account.c.id == _PERSON, account.c.state == "active")
_OWN_TICKET = sa.select(*_TICKET).where(shake_ticket.c.person_id == _PERSON)


def shaker(tx: Tx, person_id: int) -> Shaker | None:
    """Return what decides whether a person may shake; None for who is leaving or gone."""
    row = tx.execute(_SHAKER, {"person_id": person_id, "since": tx.now - REPORTS_COUNT_FOR}).mappings().first()
    return None if row is None else Shaker(**{**row, "verified": bool(row["verified"])})


def not_to_meet(tx: Tx, person_id: int) -> frozenset[int]:
    """Return whom a person must not be matched with: blocked either way, or met within 30 days."""
    met = tx.execute(_MET, {"person_id": person_id, "since": tx.now - MEET_AGAIN_AFTER}).scalars()
    return frozenset(met) | frozenset(tx.scalars(hidden_accounts(person_id)))


def ticket_of(tx: Tx, person_id: int) -> StoredTicket | None:
    """Return the ticket of a person, also one whose time is just over."""
    row = tx.execute(_OWN_TICKET, {"person_id": person_id}).mappings().first()
    return None if row is None else StoredTicket(**row)


def live_tickets(tx: Tx) -> list[StoredTicket]:
    """Return all tickets whose time is not over, oldest first."""
    live = sa.select(*_TICKET).where(shake_ticket.c.until > tx.now)
    return tx.all(live.order_by(shake_ticket.c.shaken_at), StoredTicket)


def match_by_id(tx: Tx, match_id: int) -> Match | None:
    """Return a match, whoever asks."""
    return tx.one(sa.select(*_MATCH).where(shake_match.c.id == match_id), Match)


def match_of_ticket(tx: Tx, *, person_id: int, ticket_id: str) -> Match | None:
    """Return whom a ticket brought a person together with."""
    mine = sa.or_(
        sa.and_(shake_match.c.one_id == person_id, shake_match.c.one_ticket == ticket_id),
        sa.and_(shake_match.c.other_id == person_id, shake_match.c.other_ticket == ticket_id),
    )
    return tx.one(sa.select(*_MATCH).where(mine), Match)


def matches_of(tx: Tx, person_id: int, *, since: datetime) -> list[Match]:
    """Return whom a person met since then and may meet still, newest first."""
    columns = (shake_match.c.one_id, shake_match.c.other_id)
    mine = sa.or_(*(column == person_id for column in columns))
    hidden = hidden_accounts(person_id)
    statement = sa.select(*_MATCH).where(mine, shake_match.c.matched_at > since)
    statement = statement.where(*(column.not_in(hidden) for column in columns))
    return tx.all(statement.order_by(shake_match.c.matched_at.desc(), shake_match.c.id.desc()).limit(50), Match)


def matches_in_export(tx: Tx, person_id: int) -> list[Match]:
    """Return all matches of a person, oldest first."""
    mine = sa.or_(shake_match.c.one_id == person_id, shake_match.c.other_id == person_id)
    return tx.all(sa.select(*_MATCH).where(mine).order_by(shake_match.c.id), Match)


def venue_by_id(tx: Tx, venue_id: int) -> Venue | None:
    """Return a venue, open or not."""
    return tx.one(sa.select(*_VENUE).where(shake_venue.c.id == venue_id), Venue)


def venues_of(tx: Tx, owner_id: int) -> list[Venue]:
    """Return the open venues of a person, oldest first."""
    mine = sa.and_(shake_venue.c.owner_id == owner_id, shake_venue.c.closed_at.is_(None))
    return tx.all(sa.select(*_VENUE).where(mine).order_by(shake_venue.c.id), Venue)


def guests_expected(tx: Tx, *, begins_at: datetime, district: int) -> int:
    """Return how many people said that they come to a rendezvous in a district."""
    coming = sa.and_(shake_guest.c.begins_at == begins_at, shake_guest.c.district == district)
    return int(tx.scalar(sa.select(sa.func.count()).select_from(shake_guest).where(coming)))


def comes_at(tx: Tx, person_id: int, *, begins_at: datetime) -> int | None:
    """Return the district in which a person comes to a rendezvous, None if they do not."""
    mine = sa.and_(shake_guest.c.person_id == person_id, shake_guest.c.begins_at == begins_at)
    found: int | None = tx.scalar(sa.select(shake_guest.c.district).where(mine))
    return found


def missed_day(tx: Tx, person_id: int, *, day: date) -> Missed | None:
    """Return a person's entry in the list of a day."""
    columns = tuple(shake_missed.c[name] for name in Missed.__struct_fields__)
    return tx.one(sa.select(*columns).where(shake_missed.c.person_id == person_id, shake_missed.c.day == day), Missed)


def missed_in_district(tx: Tx, *, mine: Missed, limit: int) -> Sequence[Missed]:
    """Return who else met nobody that day in the same district, without whom the person must not meet."""
    columns = tuple(shake_missed.c[name] for name in Missed.__struct_fields__)
    there = sa.and_(
        shake_missed.c.day == mine.day,
        shake_missed.c.district == mine.district,
        shake_missed.c.person_id != mine.person_id,
        shake_missed.c.person_id.not_in(hidden_accounts(mine.person_id)),
    )
    return tx.all(sa.select(*columns).where(there).order_by(shake_missed.c.person_id).limit(limit), Missed)


def met_lately(tx: Tx, person_id: int) -> Iterable[int]:
    """Return whom a person met within 30 days."""
    return tx.execute(_MET, {"person_id": person_id, "since": tx.now - MEET_AGAIN_AFTER}).scalars()
