"""Puts ranked candidates and the exploration draw into the slots of a page."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.stages.ask import Candidate
from miaohui.discovery.feed.stages.author_spacing import AuthorDecay, AuthorSpacing
from miaohui.discovery.feed.stages.likeness import VectorDiversity, copies_near
from miaohui.discovery.feed.stages.topic_diversity import TopicDiversity
from miaohui.discovery.feed.weights import FeedWeights
from miaohui.discovery.interest import InterestEngine


def arrange(
    ranked: Sequence[Candidate],
    drawn: Sequence[Candidate],
    *,
    count: int,
    before: Sequence[Listed],
    weights: FeedWeights,
    rng: np.random.Generator,
    engine: InterestEngine | None = None,
) -> list[Candidate]:
    """Return up to `count` candidates in the order of the page.

    ranked: best first. drawn: exploration, each of which gets a slot (else its probability would be untrue).
    before: the items that the session has served last, oldest first; spacing and diversity go on from them.
    engine: knows how alike items are; without it only hashtags tell.
    Every other slot takes the best remaining candidate after the penalties for its topic, its likeness and its author,
    whose author is not too near and of which no copy is; where there is none, copies may follow each other, then
    authors, since a full page goes before spacing.
    """
    count = min(count, len(ranked) + len(drawn))
    slots = _with_drawn(drawn, count, rng)
    spacing = AuthorSpacing(before, weights.author_gap)
    diversity, decay = TopicDiversity(weights), AuthorDecay(weights)
    vectors = None
    if engine is not None and (ranked or drawn):
        looked_at = [*ranked[: weights.likeness_candidates], *drawn]
        vectors = VectorDiversity(engine, [*before, *(each.listed for each in looked_at)], weights)
    for listed in before:
        _show(listed, diversity, decay, vectors)
    remaining = list(ranked)
    best = partial(_best, remaining, diversity=diversity, decay=decay, vectors=vectors)
    for position in range(count):
        chosen = slots[position]
        if chosen is None:
            page = [None if slot is None else slot.listed for slot in slots]
            near = spacing.too_near(page, position)
            copies = frozenset[int]()
            if vectors is not None:
                copies = copies_near(vectors, page, before, position, weights.copy_gap)
            place = best(near=near, copies=copies)
            if place is None and copies:
                place = best(near=near, copies=frozenset())
            chosen = slots[position] = remaining.pop(place or 0)
        _show(chosen.listed, diversity, decay, vectors)
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


def _show(listed: Listed, diversity: TopicDiversity, decay: AuthorDecay, vectors: VectorDiversity | None) -> None:
    diversity.show(listed)
    decay.show(listed)
    if vectors is not None:
        vectors.show(listed)


def _best(
    remaining: Sequence[Candidate],
    *,
    near: frozenset[int],
    copies: frozenset[int],
    diversity: TopicDiversity,
    decay: AuthorDecay,
    vectors: VectorDiversity | None,
) -> int | None:
    """Return the place of the best of `remaining`, which is sorted by score, best first; None if all are too near."""
    best, best_score = None, -np.inf
    for place, candidate in enumerate(remaining):
        # Penalties only take away, so from here on nobody can be better.
        if candidate.score <= best_score:
            break
        listed = candidate.listed
        if listed.author_id in near or listed.item_id in copies:
            continue
        alike = diversity.penalty(listed)
        if vectors is not None:
            alike = max(alike, vectors.penalty(listed))
        score = candidate.score - alike - decay.penalty(listed)
        if score > best_score:
            best, best_score = place, score
    return best
