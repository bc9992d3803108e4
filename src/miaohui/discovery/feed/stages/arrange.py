"""Puts ranked candidates and the exploration draw into the slots of a page."""

from collections.abc import Sequence

import numpy as np

from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.stages.ask import Candidate
from miaohui.discovery.feed.stages.author_spacing import AuthorDecay, AuthorSpacing
from miaohui.discovery.feed.stages.topic_diversity import TopicDiversity
from miaohui.discovery.feed.weights import FeedWeights


def arrange(
    ranked: Sequence[Candidate],
    drawn: Sequence[Candidate],
    *,
    count: int,
    before: Sequence[Listed],
    weights: FeedWeights,
    rng: np.random.Generator,
) -> list[Candidate]:
    """Return up to `count` candidates in the order of the page.

    ranked: best first. drawn: exploration, each of which gets a slot (else its probability would be untrue).
    before: the items that the session has served last, oldest first; spacing and diversity go on from them.
    Every other slot takes the best remaining candidate after the penalties for its topic and its author, whose author is not too
    near; where no author is far enough, the best one all the same, since a full page goes before spacing.
    """
    count = min(count, len(ranked) + len(drawn))
    slots = _with_drawn(drawn, count, rng)
    spacing = AuthorSpacing(before, weights.author_gap)
    diversity, decay = TopicDiversity(weights), AuthorDecay(weights)
    for listed in before:
        diversity.show(listed)
        decay.show(listed)
    remaining = list(ranked)
    for position in range(count):
        chosen = slots[position]
        if chosen is None:
            near = spacing.too_near([None if slot is None else slot.listed for slot in slots], position)
            chosen = slots[position] = remaining.pop(_best(remaining, near, diversity, decay))
        diversity.show(chosen.listed)
        decay.show(chosen.listed)
    return [slot for slot in slots if slot is not None]


def _with_drawn(drawn: Sequence[Candidate], count: int, rng: np.random.Generator) -> list[Candidate | None]:
    """Spread the draw evenly over the page from a random start, after the first slot where there is a choice."""
    slots: list[Candidate | None] = [None] * count
    taken = min(len(drawn), count)
    first = 1 if count > taken else 0
    for turn, candidate in enumerate(drawn[:taken]):
        start, end = (first + (count - first) * part // taken for part in (turn, turn + 1))
        slots[int(rng.integers(start, end))] = candidate
    return slots


def _best(remaining: Sequence[Candidate], near: frozenset[int], diversity: TopicDiversity, decay: AuthorDecay) -> int:
    """Return the place of the best of `remaining`, which is sorted by score, best first."""
    best, best_score = 0, -np.inf
    for place, candidate in enumerate(remaining):
        # Penalties only take away, so from here on nobody can be better.
        if candidate.score <= best_score:
            break
        if candidate.listed.author_id in near:
            continue
        score = candidate.score - diversity.penalty(candidate.listed) - decay.penalty(candidate.listed)
        if score > best_score:
            best, best_score = place, score
    return best
