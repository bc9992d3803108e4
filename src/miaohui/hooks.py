"""What upper floors contribute to lower ones, by name; `app.py` fills it in, and without it everything works.

A hook is called with plain values and answers with one of the structs below, so that neither side
imports the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.geo import Point


class SponsorCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a sponsor shows to somebody who shook and met nobody; always labelled as advertising.

    id: of the showing, so that what follows can be counted. offer: the coupon in words.
    follow_path: the API path that following is POSTed to; None shows the card alone.
    """

    id: str
    name: str
    text: str
    picture_url: str | None = None
    url: str
    offer: str | None = None
    follow_path: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a sponsor's card is wanted. place: the middle of the person's 1-km cell, never a point of theirs."""

    person_id: int
    ticket_id: str
    place: Point
    interests: frozenset[str]
    at: datetime


def _no_interests(person_id: int) -> Sequence[str]:
    return ()


def _no_sponsor(tx: Tx, *, asked: Asked) -> SponsorCard | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """All hooks of the product.

    interests_of: `interests_of(person_id)`, the names of what somebody likes; called in the event loop.
    sponsor_card: `sponsor_card(tx, asked=…)`, at most one card, in a transaction that may note the showing.
    """

    interests_of: Callable[[int], Sequence[str]] = _no_interests
    sponsor_card: Callable[..., SponsorCard | None] = _no_sponsor
