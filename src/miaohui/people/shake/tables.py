"""Tickets while they live, whom they brought together, and what helps when nobody was there.

No table has a point. A ticket's 1-km cell goes with the ticket; `district` is a 10-km cell.
"""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata


def _person(name: str = "person_id", **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, **options)


shake_venue = sa.Table(
    "shake_venue",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _person("owner_id", index=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("opened_at", Timestamp, nullable=False),
    sa.Column("closed_at", Timestamp),
)
"""A shop, a room or an event whose screen shows a code; who shakes with it is there, without a location."""

shake_ticket = sa.Table(
    "shake_ticket",
    metadata,
    _person(primary_key=True),
    sa.Column("ticket_id", sa.String(64), nullable=False),
    sa.Column("cell", sa.BigInteger),
    sa.Column("venue_id", sa.BigInteger, sa.ForeignKey("shake_venue.id")),
    sa.Column("widest_m", sa.Integer, nullable=False),
    sa.Column("interests", Json, nullable=False),
    sa.Column("shaken_at", Timestamp, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False, default=False),
    sa.Column("until", Timestamp, nullable=False, index=True),
    sa.CheckConstraint("(cell IS NULL) <> (venue_id IS NULL)", name="a_place_or_a_venue"),
    sa.CheckConstraint("widest_m IN (1000, 3000, 10000, 30000, 20100000)", name="widest_known"),
)
"""At most one a person, as long as it lives. interests: what was shared for this shake, as names."""
sa.Index("ix_shake_ticket_venue", shake_ticket.c.venue_id)

shake_match = sa.Table(
    "shake_match",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _person("one_id"),
    _person("other_id", index=True),
    # The tickets by which they met; empty where two from yesterday's list did.
    sa.Column("one_ticket", sa.String(64)),
    sa.Column("other_ticket", sa.String(64)),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("bucket", sa.String(10), nullable=False),
    sa.Column("shared", Json, nullable=False),
    sa.Column("matched_at", Timestamp, nullable=False, index=True),
    sa.Column("hello_until", Timestamp, nullable=False),
    sa.Column("one_answer", sa.String(5)),
    sa.Column("other_answer", sa.String(5)),
    sa.Column("mutual_at", Timestamp),
    sa.UniqueConstraint("one_id", "other_id"),
    sa.CheckConstraint("one_id < other_id", name="in_order"),
    sa.CheckConstraint("bucket IN ('under_1', 'under_3', 'under_10', 'under_30', 'further')", name="bucket_known"),
    sa.CheckConstraint("one_answer IN ('hello', 'no')", name="one_answer_known"),
    sa.CheckConstraint("other_answer IN ('hello', 'no')", name="other_answer_known"),
    sa.CheckConstraint(
        "mutual_at IS NULL OR (one_answer = 'hello' AND other_answer = 'hello')", name="mutual_by_two_hellos"
    ),
)
"""Two people who met; kept for 30 days, within which they do not meet again."""

shake_report = sa.Table(
    "shake_report",
    metadata,
    _person("reporter_id", primary_key=True),
    _person("reported_id", primary_key=True),
    sa.Column("reason", sa.String(12), nullable=False),
    sa.Column("reported_at", Timestamp, nullable=False),
    sa.CheckConstraint("reason IN ('rude', 'harassment', 'fake', 'minor', 'other')", name="reason_known"),
)
sa.Index("ix_shake_report_reported", shake_report.c.reported_id, shake_report.c.reported_at)

shake_guest = sa.Table(
    "shake_guest",
    metadata,
    _person(primary_key=True),
    sa.Column("begins_at", Timestamp, primary_key=True),
    sa.Column("district", sa.BigInteger, nullable=False),
)
sa.Index("ix_shake_guest_rendezvous", shake_guest.c.begins_at, shake_guest.c.district)
"""Who comes to the next rendezvous on the hour; gone when it is over."""

shake_missed = sa.Table(
    "shake_missed",
    metadata,
    _person(primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("district", sa.BigInteger, nullable=False),
    sa.Column("interests", Json, nullable=False),
)
sa.Index("ix_shake_missed_day", shake_missed.c.day, shake_missed.c.district)
"""Who met nobody and asked to be on the next day's list; gone a day after that."""
