"""The next item of a sequence: leave one out, every unseen item ranked, HR@10 and NDCG@10.

Ours is the blend of whatever models the catalogue allows. Its weights are chosen by asking the models, fitted
without the validation items, for those items; then the models are fitted again with them, and asked once for the
test items. Freshness asks the same models with the last event, or the last ten, not yet known to the state.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from miaohui.discovery.interest.evaluation.compared import als_rows, fit_brute_force
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import Doubles, hit_rate, ndcg_of_one, rank_of
from miaohui.discovery.interest.evaluation.protocols import LeaveOneOut, Question, asked_people, leave_one_out
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.blend import blended, choose_weights, standardised
from miaohui.discovery.interest.models.ease import fit_ease
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.low_pass import fit_low_pass
from miaohui.discovery.interest.models.popularity import fit_popularity
from miaohui.discovery.interest.models.sequence_kernel import fit_sequence_kernel
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles, sequences_of
from miaohui.discovery.interest.models.tags import fit_tags
from miaohui.discovery.interest.models.timescale_ridge import fit_timescale_ridge
from miaohui.discovery.interest.models.transitions import fit_transitions

PROTOCOL = "leave one out, full ranking, seen masked"
CELLS = 20_000_000  # scores held at once: 80 MiB
CHOOSING_CELLS = 50_000_000  # scores of each model kept while weights are chosen: 200 MiB
HIT_RATE_COUNTS = 0.5  # HR moves twice as much as NDCG, and both are asked for
RIDGE_ITEMS = 4_000  # four timescales of it: a Gram matrix of 1 GiB
EASE_ITEMS = 14_000
TAG_HALF_LIVES, TAG_POPULARITY = (0.0, 1.0, 2.0, 8.0, 30.0, math.inf), (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
ASKED_OF_TAGS = 1_500  # people, for each of these ways to read tags


class Scorer(Protocol):
    def scores(self, shown: Sequences) -> Singles: ...


Fit = Callable[[Sequences], Scorer]


def models_for(events: Sequences) -> dict[str, Fit]:
    """What is fitted on a catalogue of this size; the first is the measure of the others' weights."""
    models: dict[str, Fit] = {}
    if events.n_items <= RIDGE_ITEMS:
        models["timescale ridge"] = fit_timescale_ridge
    else:
        models["item-item, fading"] = lambda known: fit_item_item(known, half_life=4.0)
    models["sequence kernel"] = fit_sequence_kernel
    models["transitions"] = fit_transitions
    if events.n_items > RIDGE_ITEMS:
        if events.n_items <= EASE_ITEMS:
            models["ease"] = lambda known: fit_ease(known, half_life=4.0)
        models["low-pass"] = lambda known: fit_low_pass(known, rank=128)
        models["popularity"] = fit_popularity
    return models


class Blend:
    """Fitted models and their weights as one scorer."""

    def __init__(self, models: Mapping[str, Scorer], weights: Mapping[str, float]) -> None:
        self.models, self.weights = models, weights

    def scores(self, shown: Sequences) -> Singles:
        used = [name for name, weight in self.weights.items() if weight]
        parts = [standardised(self.models[name].scores(shown)) for name in used]
        return blended(parts, [self.weights[name] for name in used])


def compete(
    name: str, whole: Sequences, *, freshness: bool = True, tags: Sequence[Sequence[str]] | None = None
) -> list[Row]:
    """This will fit, choose, fit again and ask; then the models for comparison, and tag matching where tags are given."""
    held = leave_one_out(whole)
    cost = Cost()
    with timed(cost):
        fits = models_for(whole)
        weights, alone = choose(fits, held.validation)
        ours = Blend({part: fits[part](held.test.fit) for part, weight in weights.items() if weight}, weights)
    figures = figures_of(ranks_of(ours, held.test))
    if freshness:
        for stale in (1, 10):
            ranks = ranks_of(ours, held.test, known=held.test.shown.without_last(stale))
            figures[f"HR@10, {stale} stale"] = hit_rate(ranks, 10)
    time_requests(lambda person: top_ten(ours, held.test.shown.part(person, person + 1)), len(held.test.shown), cost)
    note_peak(cost)
    chosen = ", ".join(f"{part} {weight:g} (alone {alone[part]:.4f})" for part, weight in weights.items())
    return [
        Row(name, "miaohui", PROTOCOL, figures, cost, chosen=f"NDCG@10 + HR@10 / 2 {alone['blend']:.4f} with {chosen}"),
        _row(name, "popularity", held.test, fit_popularity),
        _row(name, "item-item", held.test, fit_item_item),
        *([_tags_row(name, held, tags)] if tags is not None else []),
        *([_row(name, "NumPy, brute force", held.test, fit_brute_force)] if whole.n_items <= EASE_ITEMS else []),
        *als_rows(name, PROTOCOL, held.test, asked_people(whole), figures_of),
    ]


def _tags_row(name: str, held: LeaveOneOut, tags: Sequence[Sequence[str]]) -> Row:
    """Tag matching, read in the way that is best on validation, as ours is."""
    learnt, asked = fit_tags(held.validation.fit, tags), sample(held.validation, ASKED_OF_TAGS)
    found = []
    for half_life in TAG_HALF_LIVES:
        for popular in TAG_POPULARITY:
            ranks = ranks_of(learnt.read(half_life=half_life, popular=popular), asked)
            found.append((ndcg_of_one(ranks, 10) + HIT_RATE_COUNTS * hit_rate(ranks, 10), half_life, popular))
    best, half_life, popular = max(found)
    row = _row(name, "tags", held.test, lambda known: fit_tags(known, tags, half_life=half_life, popular=popular))
    chosen = f"NDCG@10 + HR@10 / 2 {best:.4f} with half-life {half_life:g}, popularity {popular:g}"
    return Row(row.set_name, row.model, row.protocol, row.figures, row.cost, chosen)


def choose(fits: Mapping[str, Fit], question: Question, *, k: int = 10) -> tuple[dict[str, float], dict[str, float]]:
    """Weights by name, and the validation NDCG@k + HR@k / 2 of each model and of the blend, over a sample."""
    asked = sample(question, CHOOSING_CELLS // question.fit.n_items)

    def figure(scores: Singles) -> float:
        ranks = rank_of(scores, asked.wanted, asked.shown)
        return ndcg_of_one(ranks, k) + HIT_RATE_COUNTS * hit_rate(ranks, k)

    parts = {part: standardised(fit(question.fit).scores(asked.shown)) for part, fit in fits.items()}
    alone = {part: figure(scores) for part, scores in parts.items()}
    weights = choose_weights(list(parts.values()), figure)
    alone["blend"] = figure(blended(list(parts.values()), weights))
    return dict(zip(parts, weights, strict=True)), alone


def sample(question: Question, people: int, seed: int = 11) -> Question:
    """The question for `people` of its people, at least 200."""
    count = min(max(people, 200), len(question.shown))
    taken = np.sort(np.random.default_rng(seed).choice(len(question.shown), count, replace=False))
    shown = sequences_of((question.shown[person] for person in taken.tolist()), question.shown.n_items)
    return Question(question.fit, shown, question.wanted[taken])


def ranks_of(model: Scorer, question: Question, *, known: Sequences | None = None) -> Doubles:
    """Rank of everybody's wanted item among what they have not seen, (n_people,). known: what the state has instead."""
    ranks = []
    known = question.shown if known is None else known
    people = max(CELLS // question.shown.n_items, 1)
    for start in range(0, len(question.shown), people):
        stop = min(start + people, len(question.shown))
        scores = model.scores(known.part(start, stop))
        ranks.append(rank_of(scores, question.wanted[start:stop], question.shown.part(start, stop)))
    return np.concatenate(ranks)


def figures_of(ranks: Doubles) -> Figures:
    return {"HR@10": hit_rate(ranks, 10), "NDCG@10": ndcg_of_one(ranks, 10)}


def top_ten(model: Scorer, shown: Sequences) -> Ints:
    """One request: scores of everything, seen left out, the ten best in no order."""
    scores = model.scores(shown)[0]
    scores[shown.items] = -math.inf
    return np.argpartition(scores, max(len(scores) - 10, 0))[-10:].astype(np.int32)


def _row(name: str, model: str, question: Question, fit: Fit) -> Row:
    cost = Cost()
    with timed(cost):
        fitted = fit(question.fit)
    figures = figures_of(ranks_of(fitted, question))
    time_requests(lambda person: top_ten(fitted, question.shown.part(person, person + 1)), len(question.shown), cost)
    note_peak(cost)
    return Row(name, model, PROTOCOL, figures, cost)
