"""The For You page, from top to bottom.

    hydrate the person  →  catch up with the log  →  draw for exploration  →  candidates  →  filters
    →  ranking  →  arrangement  →  what was seen before, if nothing else is left  →  cards  →  impressions

Everything between reading the person and reading the cards is arithmetic in memory. Numbers stand in weights.py.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.live import TAIL_CHUNK, LiveFeed
from miaohui.discovery.feed.queries import last_acts
from miaohui.discovery.feed.signal_log import LoggedSignal, signals_after
from miaohui.discovery.feed.stages.arrange import arrange
from miaohui.discovery.feed.stages.ask import Ask, Candidate, PersonFacts, person_facts
from miaohui.discovery.feed.stages.filters.blocked import without_avoided_authors
from miaohui.discovery.feed.stages.filters.not_interested import without_hidden
from miaohui.discovery.feed.stages.filters.own import without_own
from miaohui.discovery.feed.stages.filters.repeated import without_repetitions
from miaohui.discovery.feed.stages.filters.seen import without_seen
from miaohui.discovery.feed.stages.filters.served import without_served
from miaohui.discovery.feed.stages.sources.exploration import drawn_for_exploration
from miaohui.discovery.feed.stages.sources.following import from_followed_authors
from miaohui.discovery.feed.stages.sources.interests import from_interests
from miaohui.discovery.feed.stages.sources.seen_before import seen_before
from miaohui.discovery.feed.weights import FeedWeights
from miaohui.kit.db import Tx

Filter = Callable[[Sequence[Candidate], Ask, FoldedInterest], list[Candidate]]

FILTERS: tuple[Filter, ...] = (
    without_repetitions,
    without_own,
    without_avoided_authors,
    without_hidden,
    without_seen,
    without_served,
)
SPARES = 4
"""Further candidates whose cards are read along, for clips that were taken down a moment ago."""


class RankedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page in its order, and who steps in for a clip that turns out to be gone."""

    page: list[Candidate]
    spares: list[Candidate]


def rank_for_you(folded: FoldedInterest, ask: Ask, weights: FeedWeights, rng: np.random.Generator) -> RankedPage:
    """Return the page for `ask` out of the state as it stands. Changes nothing; the same `rng` gives the same page.

    The page is shorter than ask.limit only if the person has met everything that may be shown.
    """
    drawn = drawn_for_exploration(folded, ask, weights, rng)
    # Followed authors first: a clip that several sources propose keeps the source named first.
    candidates = from_followed_authors(folded, ask, weights) + from_interests(folded, ask, weights, rng)
    for without in FILTERS:
        candidates = without(candidates, ask, folded)
    explored = {each.listed.item_id for each in drawn}
    ranked = [each for each in candidates if each.listed.item_id not in explored]
    ranked.sort(key=lambda each: -each.score)
    before = _before(folded, ask, weights)
    page = arrange(ranked, drawn, count=ask.limit, before=before, weights=weights, rng=rng, engine=folded.engine)
    chosen = {each.listed.item_id for each in page}
    spares = [each for each in ranked[: len(page) + SPARES] if each.listed.item_id not in chosen]
    return RankedPage(page=page, spares=spares[:SPARES])


async def choose_for_you(live: LiveFeed, *, ask: Ask, rng: np.random.Generator) -> RankedPage:
    """Return the page for `ask`, filled up with what was seen before where nothing new is left."""
    ranked = rank_for_you(live.folded, ask, live.weights, rng)
    missing = ask.limit - len(ranked.page)
    if missing <= 0:
        return ranked
    acts = await live.db.read(last_acts, person_id=ask.person_id, limit=live.weights.acts_for_again)
    again = seen_before(live.folded, ask, last_acts=acts, without={each.listed.item_id for each in ranked.page})
    before = [*_before(live.folded, ask, live.weights), *(each.listed for each in ranked.page)]
    # Only the best of so many: their order says when they were seen, and spacing must not turn it upside down.
    nearest = again[: missing * (live.weights.author_gap + 1)]
    in_order = [msgspec.structs.replace(each, score=-float(place)) for place, each in enumerate(nearest)]
    placed = arrange(in_order, [], count=missing, before=before, weights=live.weights, rng=rng)
    return RankedPage(page=ranked.page + [msgspec.structs.replace(each, score=0.0) for each in placed], spares=[])


async def hydrate_person(live: LiveFeed, *, person_id: int, account_id: int | None) -> PersonFacts:
    """Read what the stages need of the person, and fold every signal that is committed by now."""
    facts, rows = await live.db.read(_facts_and_news, person_id=person_id, account_id=account_id, seq=live.folded.seq)
    live.folded.fold(rows)
    if len(rows) == TAIL_CHUNK:
        await live.catch_up()
    return facts


def _facts_and_news(
    tx: Tx, *, person_id: int, account_id: int | None, seq: int
) -> tuple[PersonFacts, list[LoggedSignal]]:
    return person_facts(tx, person_id=person_id, account_id=account_id), signals_after(tx, seq=seq, limit=TAIL_CHUNK)


def _before(folded: FoldedInterest, ask: Ask, weights: FeedWeights) -> list[Listed]:
    """What the session has shown last, as far as spacing and diversity look back."""
    items = folded.catalogue.items
    last = ask.served[-max(weights.author_gap, 5) :]
    return [items[item_id] for item_id in last if item_id in items]
