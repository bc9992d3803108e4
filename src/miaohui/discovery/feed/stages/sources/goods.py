"""Candidates for the mall: what the watched clips carry, and what the interest engine makes of all that was done."""

from collections.abc import Mapping

import numpy as np

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate
from miaohui.discovery.feed.weights import FeedWeights


def carried_by_clips(
    folded: FoldedInterest, ask: Ask, weights: FeedWeights, *, carried: Mapping[int, float]
) -> list[Candidate]:
    """Return the goods of clips that the person lingered on, with the engine's score and the bonus.

    carried: by product id the weight of the clip in the person's taste, from mall.read_carried; empty for a page
    that is not personal.
    """
    listed = [folded.catalogue.goods[each] for each in carried if each in folded.catalogue.goods]
    if not listed:
        return []
    scores = folded.engine.score(
        person_id=ask.person_id,
        item_ids=[each.item_id for each in listed],
        now_ms=ask.now_ms,
        worth=weights.head_worth,
    )
    return [
        Candidate(each, "carried", score + weights.carried_bonus * carried[each.item_id])
        for each, score in zip(listed, scores.tolist(), strict=True)
    ]


def goods_by_interest(
    folded: FoldedInterest, ask: Ask, weights: FeedWeights, rng: np.random.Generator
) -> list[Candidate]:
    """Return scored goods, best first, also those that were looked at before: nobody buys at the first glance.

    Without `ask.personal` only popularity and newness speak.
    """
    found = folded.engine.candidates(
        person_id=ask.person_id,
        now_ms=ask.now_ms,
        limit=weights.mall_candidates + len(ask.served),
        rng=rng,
        personal=ask.personal,
        allow_seen=True,
        kind="goods",
        worth=weights.head_worth,
    )
    return [Candidate(folded.catalogue.goods[each.item_id], each.source, each.score) for each in found]
