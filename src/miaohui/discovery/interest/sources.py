"""Where candidates come from. Each source is bounded by weights.Blend, so that a page costs the same in any town.

Every function returns item slots without repetition, servable ones only; servable: flags (n_items,), which are of
one kind: what a person watched proposes goods, and what they bought proposes clips, but a page is of one or the other.
"""

import numpy as np

from miaohui.discovery.interest.arrays import NO_SLOTS, Flags, Slots, distinct, strongest
from miaohui.discovery.interest.exploration import FreshPool, focused, systematic_sample
from miaohui.discovery.interest.scoring import Scorer, Similar
from miaohui.discovery.interest.taste import Taste


def similar_items(scorer: Scorer, similar: Similar, servable: Flags) -> Slots:
    """Neighbours of what the person watched, best first."""
    found = distinct(similar.touched[servable[similar.touched]], scorer.item_scratch)
    values = similar.weighted(found)
    best = strongest(values, scorer.blend.similar_candidates)
    return found[best[values[best] > 0]]


def items_by_content(scorer: Scorer, taste: Taste, servable: Flags, kind: int) -> Slots:
    """The newest items of the kind under the tokens that weigh most for the person, the same number from each."""
    blend, content = scorer.blend, scorer.content
    pull = taste.token_weights * content.omega(taste.tokens)
    leading = strongest(pull, blend.content_tokens)
    leading = leading[pull[leading] > 0]
    if len(leading) == 0:
        return NO_SLOTS
    each = max(blend.content_candidates // len(leading), 1)
    found = []
    for token in taste.tokens[leading].tolist():
        newest = content.newest(token, kind)
        found.append(newest[servable[newest]][-each:])
    return distinct(np.concatenate(found), scorer.item_scratch)


def popular_items(scorer: Scorer, servable: Flags, kind: int, now_ms: int) -> Slots:
    """The best of the kind's popularity board, best first."""
    board = scorer.popularity.board(kind)
    board = board[servable[board]]
    return board[strongest(scorer.popularity.rates(board, now_ms), scorer.blend.popular_candidates)]


def fresh_items(scorer: Scorer, pool: FreshPool, taste: Taste, servable: Flags, rng: np.random.Generator) -> Slots:
    """A draw from the clips whose exploration budget is not spent."""
    newest = pool.newest(servable, scorer.blend.exploration_window)
    weights = focused(scorer.content_of(taste, newest), scorer.blend.exploration_focus)
    chosen, _ = systematic_sample(weights, scorer.blend.fresh_candidates, rng)
    return newest[chosen]


def chance_items(scorer: Scorer, servable: Flags, count: int, rng: np.random.Generator) -> Slots:
    """Anything at all, for who has seen whatever the other sources know; all of it where there is no more."""
    there = np.flatnonzero(servable).astype(np.int32)
    if len(there) <= count:
        return there
    return distinct(there[rng.integers(0, len(there), size=2 * count)], scorer.item_scratch)[:count]
