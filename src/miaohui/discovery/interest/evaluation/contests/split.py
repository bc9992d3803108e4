"""A split as published: everybody's train items are shown, Recall@20 and NDCG@20 over the test items, train masked.

Ours is the sharpened map of items to items with its published settings: one sum of rows per request, and nothing to
choose. For catalogues too large for it ours is item-item; how its neighbours are read (enter, leave) is chosen on a
tenth of train, carved out at random; then it is fitted on all of train. Either is asked once.
"""

from collections.abc import Callable, Iterator

import numpy as np

from miaohui.discovery.interest.evaluation.compared import ALS_FACTORS, fit_als, time_als
from miaohui.discovery.interest.evaluation.contests.next_item import CELLS, Scorer
from miaohui.discovery.interest.evaluation.formats import Split
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import recall_and_ndcg
from miaohui.discovery.interest.evaluation.protocols import carved
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.low_pass import fit_low_pass
from miaohui.discovery.interest.models.popularity import fit_popularity
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles, sequences_of
from miaohui.discovery.interest.models.sharpened import fit_sharpened

PROTOCOL = "train and test as published, full ranking, train masked"
SHARPENED_ITEMS = 100_000  # its fit grows with their square
CARVED, SEED = 0.1, 1
ASKED = 6_000
PERSON_POWERS = (0.5, 0.65)
ENTERS, LEAVES = (0.1, 0.2, 0.3), (0.1, 0.2, 0.3, 0.4)


def compete(name: str, split: Split) -> list[Row]:
    """This will fit and ask ours; then the simple models for comparison."""
    cost = Cost()
    with timed(cost):
        ours, chosen = fit_ours(split.train)
    return [
        _asked(name, "miaohui", split, ours, cost=cost, chosen=chosen),
        _row(name, "popularity", split, fit_popularity),
        _row(name, "item-item", split, fit_item_item),
        _row(name, "low-pass 128", split, lambda train: fit_low_pass(train, rank=128)),
        *_als_rows(name, split),
    ]


def fit_ours(train: Sequences) -> tuple[Scorer, str]:
    """The model that suits a catalogue of this size, and what was chosen."""
    if train.n_items <= SHARPENED_ITEMS:
        return fit_sharpened(train), "nothing: settings as published"
    person_power, enter, leave, best = choose(train)
    chosen = f"person_power {person_power}, enter {enter}, leave {leave}: Recall@20 {best:.4f} on {CARVED:.0%} of train"
    return fit_item_item(train, person_power=person_power, enter=enter, leave=leave), chosen


def _als_rows(name: str, split: Split, k: int = 20) -> Iterator[Row]:
    everybody = np.arange(len(split.train))
    for factors in ALS_FACTORS:
        cost = Cost()
        with timed(cost):
            fitted = fit_als(split.train, factors=factors)
        if fitted is None:
            return
        tops = [fitted.top(everybody[start : start + 1000], k) for start in range(0, len(everybody), 1000)]
        recall, ndcg = recall_and_ndcg(np.concatenate(tops), split.test)
        time_als(fitted, everybody, k, cost)
        yield Row(name, f"implicit ALS {factors}", PROTOCOL, {f"Recall@{k}": recall, f"NDCG@{k}": ndcg}, cost)


def choose(train: Sequences) -> tuple[float, float, float, float]:
    """person_power, enter and leave under which the carved part is found best, and the mean of its two figures."""
    part = carved(train, part=CARVED, seed=SEED)
    people = np.random.default_rng(SEED).permutation(len(train))[:ASKED].tolist()
    asked = Split(
        sequences_of((part.train[person] for person in people), train.n_items),
        sequences_of((part.test[person] for person in people), train.n_items),
    )
    found = []
    for person_power in PERSON_POWERS:
        model = fit_item_item(part.train, person_power=person_power)
        for enter in ENTERS:
            for leave in LEAVES:
                figures = figures_of(model.tilted(enter=enter, leave=leave), asked)
                found.append(
                    (figures["Recall@20"] + figures["NDCG@20"], person_power, enter, leave, figures["Recall@20"])
                )
    return max(found)[1:]


def figures_of(model: Scorer, split: Split, k: int = 20) -> Figures:
    """Recall@k and NDCG@k of everybody who has test items."""
    people = max(CELLS // split.train.n_items, 1)
    tops = [
        top(model, split.train.part(start, min(start + people, len(split.train))), k)
        for start in range(0, len(split.train), people)
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


def _row(name: str, model: str, split: Split, fit: Callable[[Sequences], Scorer]) -> Row:
    cost = Cost()
    with timed(cost):
        fitted = fit(split.train)
    return _asked(name, model, split, fitted, cost=cost)


def _asked(name: str, model: str, split: Split, fitted: Scorer, *, cost: Cost, chosen: str = "") -> Row:
    figures = figures_of(fitted, split)
    time_requests(lambda person: top(fitted, split.train.part(person, person + 1), 20), len(split.train), cost)
    note_peak(cost)
    return Row(name, model, PROTOCOL, figures, cost, chosen)
