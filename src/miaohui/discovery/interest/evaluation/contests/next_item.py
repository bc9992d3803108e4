"""The next item of a sequence: leave one out, every unseen item ranked, HR@10 and NDCG@10."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import Doubles, hit_rate, ndcg_of_one, rank_of
from miaohui.discovery.interest.evaluation.protocols import Question, leave_one_out
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.popularity import fit_popularity
from miaohui.discovery.interest.models.sequences import Sequences, Singles

PROTOCOL = "leave one out, full ranking, seen masked"
BLOCK = 512  # people ranked at once: 512 dense rows of a 40,000-item catalogue are 80 MiB


class Scorer(Protocol):
    def scores(self, shown: Sequences) -> Singles: ...


def compete(name: str, whole: Sequences) -> list[Row]:
    """This will fit and ask every model."""
    held = leave_one_out(whole)
    return [
        _row(name, "popularity", held.test, fit_popularity),
        _row(name, "item-item", held.test, fit_item_item),
    ]


def _row(name: str, model: str, question: Question, fit: Callable[[Sequences], Scorer]) -> Row:
    cost = Cost()
    with timed(cost):
        fitted = fit(question.fit)
    figures = figures_of(ranks_of(fitted, question))
    time_requests(lambda person: top_ten(fitted, question.shown.part(person, person + 1)), len(question.shown), cost)
    note_peak(cost)
    return Row(name, model, PROTOCOL, figures, cost)


def ranks_of(model: Scorer, question: Question) -> Doubles:
    """Rank of everybody's wanted item among what they have not seen, (n_people,)."""
    ranks = []
    for start in range(0, len(question.shown), BLOCK):
        shown = question.shown.part(start, min(start + BLOCK, len(question.shown)))
        ranks.append(rank_of(model.scores(shown), question.wanted[start : start + BLOCK], shown))
    return np.concatenate(ranks)


def figures_of(ranks: Doubles) -> Figures:
    return {"HR@10": hit_rate(ranks, 10), "NDCG@10": ndcg_of_one(ranks, 10)}


def top_ten(model: Scorer, shown: Sequences) -> Singles:
    """One request: scores of everything, seen left out, the ten best."""
    scores = model.scores(shown)[0]
    scores[shown.items] = -np.inf
    best: Singles = np.argpartition(scores, max(len(scores) - 10, 0))[-10:]
    return best
