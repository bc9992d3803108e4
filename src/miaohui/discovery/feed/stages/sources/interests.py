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
    factor = weights.out_of_network if ask.personal and ask.facts.followees else 1.0
    candidates = []
    for each in found:
        listed, score = items[each.item_id], each.score
        if factor != 1.0 and score > 0 and listed.author_id not in ask.facts.followees:
            score *= factor
        candidates.append(Candidate(listed, each.source, score))
    return candidates
