"""A split as published: everybody's train items are shown, Recall@20 and NDCG@20 over the test items, train masked."""

from collections.abc import Callable

import numpy as np

from miaohui.discovery.interest.evaluation.contests.next_item import BLOCK, Scorer
from miaohui.discovery.interest.evaluation.formats import Split
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import recall_and_ndcg
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.popularity import fit_popularity
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles

PROTOCOL = "train and test as published, full ranking, train masked"


def compete(name: str, split: Split) -> list[Row]:
    """This will fit and ask every model."""
    return [
        _row(name, "popularity", split, fit_popularity),
        _row(name, "item-item", split, lambda train: fit_item_item(train, half_life=float("inf"))),
    ]


def _row(name: str, model: str, split: Split, fit: Callable[[Sequences], Scorer]) -> Row:
    cost = Cost()
    with timed(cost):
        fitted = fit(split.train)
    figures = figures_of(fitted, split)
    time_requests(lambda person: top(fitted, split.train.part(person, person + 1), 20), len(split.train), cost)
    note_peak(cost)
    return Row(name, model, PROTOCOL, figures, cost)


def figures_of(model: Scorer, split: Split, k: int = 20) -> Figures:
    """Recall@k and NDCG@k of everybody who has test items."""
    tops = [
        top(model, split.train.part(start, min(start + BLOCK, len(split.train))), k)
        for start in range(0, len(split.train), BLOCK)
    ]
    recall, ndcg = recall_and_ndcg(np.concatenate(tops), split.test)
    return {f"Recall@{k}": recall, f"NDCG@{k}": ndcg}


def top(model: Scorer, shown: Sequences, k: int) -> Ints:
    """The k best unseen items of each person, best first, (n_people, k)."""
    return best_of(model.scores(shown), shown, k)


def best_of(scores: Singles, shown: Sequences, k: int) -> Ints:
    scores[shown.people(), shown.items] = -np.inf
    k = min(k, scores.shape[1])
    best = np.argpartition(scores, scores.shape[1] - k, axis=1)[:, -k:]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1).astype(np.int32)
