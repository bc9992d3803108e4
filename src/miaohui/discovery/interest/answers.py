"""What the engine says: frozen rows, ids as the caller knows them."""

from typing import Literal

import msgspec

Source = Literal["similar", "content", "popular", "fresh", "chance"]
SOURCES: tuple[Source, ...] = ("similar", "content", "popular", "fresh", "chance")


class Candidate(msgspec.Struct, frozen=True):
    """An item worth ranking. source: who proposed it first; score: the whole blend, comparable between sources."""

    item_id: int
    source: Source
    score: float


class Scored(msgspec.Struct, frozen=True):
    """An item drawn for a slot. probability: the chance with which this draw took it, in (0, 1]."""

    item_id: int
    source: Source
    score: float
    probability: float


class Reason(msgspec.Struct, frozen=True):
    """One additive part of a score.

    kind: `watched_item` with item_id, `token` with token, `author` with author_id, `popular`, `fresh`.
    points: its part of the score; the points of all reasons sum to the score.
    share: points over the sum of absolute points, in [-1, 1]; negative where it spoke against.
    """

    kind: Literal["watched_item", "token", "author", "popular", "fresh"]
    points: float
    share: float
    item_id: int | None = None
    token: str | None = None
    author_id: int | None = None


class Interest(msgspec.Struct, frozen=True):
    """One line of what the engine believes of a person: a token or an author, and its weight for the next score."""

    weight: float
    token: str | None = None
    author_id: int | None = None


class Counts(msgspec.Struct):
    """What has been observed since the beginning, for metrics; unknown kinds and items were ignored otherwise."""

    observed: int = 0
    unknown_item: int = 0
    unknown_kind: int = 0
