"""The exploration draw: slots in which a clip that nobody knows yet meets its first viewers, by lot."""

import numpy as np

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.signal_log import ItemKind
from miaohui.discovery.feed.stages.ask import Ask, Candidate
from miaohui.discovery.feed.weights import FeedWeights


def drawn_for_exploration(
    folded: FoldedInterest, ask: Ask, weights: FeedWeights, rng: np.random.Generator, *, kind: ItemKind = "video"
) -> list[Candidate]:
    """Return the clips, or goods, that take the page's exploration slots, each with the exact chance of its draw.

    The number of slots is `explore_share` of the page, its fraction decided by lot. The chance of a clip is the
    one given that number. Whatever must not be shown is kept out of the draw, since filtering afterwards would
    make the chances untrue.
    """
    count = int(weights.explore_share * ask.limit + rng.random())
    if count == 0:
        return []
    drawn = folded.engine.explore(
        person_id=ask.person_id,
        now_ms=ask.now_ms,
        count=count,
        rng=rng,
        personal=ask.personal,
        exclude_items=ask.served,
        exclude_authors=ask.facts.avoided | {ask.person_id},
        kind=kind,
    )
    items = folded.catalogue.of_kind[kind]
    return [Candidate(items[each.item_id], "explore", each.score, each.probability) for each in drawn]
