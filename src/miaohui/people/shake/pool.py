"""The contract of the pool in which tickets wait for each other. Both forms pass the same tests."""

from abc import ABC, abstractmethod
from typing import Literal

import msgspec

from miaohui.kit.geo import Point
from miaohui.people.shake.reach import ANYWHERE, LADDER_MS, REACHES, TOLERANCE_M, reach_m

AgeBand = Literal["minor", "adult"]
SPENT_MS = 600_000
"""For how long the id of a ticket that is over is remembered: a resend must not shake again."""
CROWD_MS = 600_000
"""Who shook within these counts as being there."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One shake that waits for its like.

    place: the middle of the person's cell, or None for a shake at a venue. at_ms, until_ms: the server's
    time of receipt, and when it ends. widest_m: as far as the person consents to be matched.
    never: people whom this one must not meet. reports: how many people reported the person.
    """

    id: str
    person_id: int
    at_ms: int
    until_ms: int
    place: Point | None
    venue_id: int | None
    widest_m: int
    interests: frozenset[str] = frozenset()
    band: AgeBand = "adult"
    never: frozenset[int] = frozenset()
    reports: int = 0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Two tickets that were claimed for each other; neither is in the pool any more.

    apart_m: between the middles of their cells; 0 at a venue.
    """

    one: Ticket
    other: Ticket
    apart_m: float
    at_ms: int

    @property
    def late(self) -> bool:
        """Whether one of the two had stayed listed when the other came, and may be looking elsewhere."""
        return self.at_ms - min(self.one.at_ms, self.other.at_ms) > LADDER_MS


class Progress(msgspec.Struct, frozen=True):
    """What became of the tickets whose time had come."""

    found: tuple[Found, ...] = ()
    expired: tuple[Ticket, ...] = ()


class Pool(ABC):
    """Holds live tickets. Two that are compatible never wait beside each other.

    Compatible are two tickets of different people and the same age band, neither of whom must not meet
    the other, that share a venue, or of which one reaches the other while both consent to the distance, or that
    share an interest and have both come to the last step, at which they look anywhere.
    Among several candidates the order is: within the city, not reported, the same moment, longest waiting, shared
    interests.
    """

    @abstractmethod
    def shake(self, ticket: Ticket, *, now_ms: int) -> Found | None:
        """Claim the best candidate together with `ticket`, or let it wait.

        A person has one ticket: an earlier one ends. An id that is known already changes nothing.
        """

    @abstractmethod
    def advance(self, *, now_ms: int) -> Progress:
        """Take every radius step that fell due, and end the tickets whose time is over."""

    @abstractmethod
    def part(self, one_id: int, other_id: int) -> None:
        """Let two people's waiting tickets not be matched with each other."""

    @abstractmethod
    def unclaim(self, found: Found, *, now_ms: int) -> list[Found]:
        """Put both tickets back, never to be matched with each other; return whom they met instead."""

    @abstractmethod
    def extend(self, ticket_id: str, *, until_ms: int) -> bool:
        """Let a live ticket end later; return whether there was one."""

    @abstractmethod
    def withdraw(self, person_id: int) -> bool:
        """End the ticket of a person; return whether there was one."""

    @abstractmethod
    def waiting(self) -> int:
        """Return how many tickets are live."""

    @abstractmethod
    def note_in_crowd(self, district: int, person_id: int, *, now_ms: int) -> None:
        """Note that a person shook in a district."""

    @abstractmethod
    def crowd(self, district: int, *, now_ms: int, without: int) -> int:
        """Return how many people other than one shook in a district within the last ten minutes."""


def compatible(one: Ticket, other: Ticket, *, apart_m: float, now_ms: int) -> bool:
    """Return whether two tickets must not wait beside each other; what the pools implement, said plainly."""
    if one.person_id == other.person_id or one.band != other.band:
        return False
    if other.person_id in one.never or one.person_id in other.never:
        return False
    if one.venue_id is not None or other.venue_id is not None:
        return one.venue_id == other.venue_id
    reached = [reach_m(age_ms=now_ms - each.at_ms, widest_m=each.widest_m) for each in (one, other)]
    if min(reached) == ANYWHERE and one.interests & other.interests:
        return True
    return apart_m <= min(max(reached), one.widest_m, other.widest_m, REACHES[-1]) + TOLERANCE_M
