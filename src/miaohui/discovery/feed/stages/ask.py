"""What one request wants, and what the database knows of the person behind it."""

import msgspec

from miaohui.discovery.feed.answers import Source
from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.queries import is_personalised
from miaohui.kit.db import Tx
from miaohui.people.graph.queries import circle_of


class Candidate(msgspec.Struct, frozen=True):
    """An item on its way to the page. probability: of being taken by its source, in (0, 1]."""

    listed: Listed
    source: Source
    score: float
    probability: float = 1.0


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the stages need of the person.

    hidden: people whom a block keeps out of sight, whichever side it came from. avoided: those, and the muted.
    """

    personalised: bool = True
    followees: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    avoided: frozenset[int] = frozenset()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request for a page. served: item ids of this session's earlier pages, oldest first."""

    person_id: int
    now_ms: int
    limit: int
    personal: bool
    facts: PersonFacts
    served: tuple[int, ...] = ()


def person_facts(tx: Tx, *, person_id: int, account_id: int | None) -> PersonFacts:
    """Return what the stages need of a person. Somebody without an account follows and avoids nobody."""
    personalised = is_personalised(tx, person_id=person_id)
    if account_id is None:
        return PersonFacts(personalised=personalised)
    circle = circle_of(tx, account_id)
    return PersonFacts(
        personalised=personalised,
        followees=circle.following,
        hidden=circle.hidden,
        avoided=circle.hidden | circle.muted,
    )
