"""A person's shakes in the copy of their data: whom they met, and never what the others answered."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.people.shake.queries import Answer, matches_in_export, venues_of
from miaohui.people.shake.reach import Bucket


class ExportedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the person met by a shake."""

    matched_at: datetime
    distance: Bucket
    shared_interests: list[str]
    my_answer: Answer | None
    mutual_at: datetime | None


class ExportedVenue(msgspec.Struct, frozen=True, kw_only=True):
    """A venue that the person opened."""

    name: str
    opened_at: datetime


def matches_for_export(tx: Tx, account_id: int) -> Iterator[ExportedMatch]:
    """Yield the person's matches of the last 30 days, oldest first."""
    for match in matches_in_export(tx, account_id):
        yield ExportedMatch(
            matched_at=match.matched_at,
            distance=match.bucket,
            shared_interests=match.shared,
            my_answer=match.answer_of(account_id),
            mutual_at=match.mutual_at,
        )


def venues_for_export(tx: Tx, account_id: int) -> Iterator[ExportedVenue]:
    """Yield the person's open venues."""
    for venue in venues_of(tx, account_id):
        yield ExportedVenue(name=venue.name, opened_at=venue.opened_at)
