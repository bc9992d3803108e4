"""Candidates of the interest engine: what is like the watched, what its words promise, what many like, what is new."""

import numpy as np

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate
from miaohui.discovery.feed.weights import FeedWeights


def from_interests(folded: FoldedInterest, ask: Ask, weights: FeedWeights, rng: np.random.Generator) -> list[Candidate]:
    """Return scored candidates that the person has neither seen nor hidden, best first.

    Without `ask.personal` only popularity and freshness speak. Of people whom this person does not follow, who follows
    somebody, a score that speaks for a clip counts `out_of_network`.
    """
    found = folded.engine.candidates(
        person_id=ask.person_id,
        now_ms=ask.now_ms,
        limit=weights.candidates,
        rng=rng,
        personal=ask.personal,
        worth=weights.head_worth,
    )
    items = folded.catalogue.items
    followees, factor = ask.facts.followees, weights.out_of_network
    if not ask.personal or not followees:
        return [Candidate(items[each.item_id], each.source, each.score) for each in found]
    return [
        Candidate(listed, each.source, each.score * factor if each.score > 0 and stranger else each.score)
        for each in found
        for listed in (items[each.item_id],)
        for stranger in (listed.author_id not in followees,)
    ]
