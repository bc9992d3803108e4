"""The next thing somebody buys that they have never looked at, among the whole catalogue: HR@10, HR@20.

The set holds out one buy a person and every trace of that thing with that person. Validation is made the same way:
of the things a person bought in the learning part, the last is held out, with every look at it.

Most held-out buys lie in one order with things that stay in the past (of the learning part's buys seven in ten share
their second with another), so the figure is mostly that of completing a basket. What is foretold before anything was bought is
asked beside it: the same people and things, with everything the person bought left out of their past.
"""

from pathlib import Path

import numpy as np

from miaohui.discovery.interest.evaluation.compared import als_rows
from miaohui.discovery.interest.evaluation.contests.next_item import Blend, Fit, choose, ranks_of, top_ten
from miaohui.discovery.interest.evaluation.formats import Events, read_events, read_split_pairs
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import Doubles, hit_rate, ndcg_of_one
from miaohui.discovery.interest.evaluation.protocols import Question
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.item_item import fit_item_item
from miaohui.discovery.interest.models.low_pass import fit_low_pass
from miaohui.discovery.interest.models.next_buy import count_bought
from miaohui.discovery.interest.models.popularity import fit_popularity
from miaohui.discovery.interest.models.sequence_kernel import fit_sequence_kernel
from miaohui.discovery.interest.models.sequences import Ints, sequences_of
from miaohui.discovery.interest.models.transitions import fit_transitions

PROTOCOL = "one held-out buy a person, never looked at before, full ranking, seen masked"
CHOSEN_BY = 100  # NDCG@100: with one hit in twenty, ten places would choose by the luck of eighty people


def compete(name: str, folder: Path) -> list[Row]:
    """This will choose, fit and ask."""
    events = read_events(folder / "train_events.csv.gz")
    tests = read_split_pairs(folder / "test_buys.csv.gz", events)
    n_items = max(int(tests.wanted.max(initial=0)) + 1, events.n_items)
    cost = Cost()
    with timed(cost):
        validation, kept = hold_out_buys(events, n_items)
        weights, alone = choose(models_for(events, kept), validation, k=CHOSEN_BY)
        everything = np.ones(len(events.items), dtype=bool)
        fits = models_for(events, everything)
        known = sequences_of(list(events.sequences()), n_items)
        ours = Blend({part: fits[part](known) for part, weight in weights.items() if weight}, weights)
    test = Question(known, sequences_of((known[person] for person in tests.people.tolist()), n_items), tests.wanted)
    figures = figures_of(ranks_of(ours, test))
    looked = looked_at_only(events)
    unaware = Question(known, sequences_of((looked[person] for person in tests.people.tolist()), n_items), tests.wanted)
    figures["HR@10, own buys unknown"] = hit_rate(ranks_of(ours, unaware), 10)
    time_requests(lambda person: top_ten(ours, test.shown.part(person, person + 1)), len(test.shown), cost)
    note_peak(cost)
    chosen = ", ".join(f"{part} {weight:g} (alone {alone[part]:.4f})" for part, weight in weights.items())
    popular = figures_of(ranks_of(fit_popularity(known), test))
    return [
        Row(
            name,
            "miaohui",
            PROTOCOL,
            figures,
            cost,
            f"NDCG@{CHOSEN_BY} + HR@{CHOSEN_BY} / 2 {alone['blend']:.4f} with {chosen}",
        ),
        Row(name, "popularity", PROTOCOL, popular, Cost()),
        *als_rows(name, PROTOCOL, test, tests.people.astype(np.int64), figures_of, k=20),
    ]


def models_for(events: Events, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> dict[str, Fit]:
    """The parts of the blend; kept: the events that may be known."""

    def of_kind(name: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        number = events.kind_names.index(name) if name in events.kind_names else -1
        return np.asarray(events.items[kept & (events.kinds == number)], dtype=np.int32)

    return {
        "item-item, fading": lambda known: fit_item_item(known, half_life=4.0),
        "item-item": lambda known: fit_item_item(known, half_life=20.0),
        "transitions": lambda known: fit_transitions(known, half_life=3.0, back=1.0),
        "transitions, near": lambda known: fit_transitions(
            known, half_life=6.0, back=1.0, reach=6, gap_half_life=1.5, leave=0.8
        ),
        "sequence kernel": fit_sequence_kernel,
        "sequence kernel, blunt": lambda known: fit_sequence_kernel(known, power=1.5, half_life=8.0),
        "low-pass": lambda known: fit_low_pass(known, rank=128),
        "bought": lambda known: count_bought(of_kind("buy"), of_kind("cart"), known.n_items),
        "popularity": fit_popularity,
    }


def hold_out_buys(events: Events, n_items: int) -> tuple[Question, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """The last thing each person bought, with every event of it taken away; and which events are left."""
    buy = events.kind_names.index("buy")
    last = np.full(events.n_people, -1, dtype=np.int64)
    bought = events.kinds == buy
    last[events.people[bought]] = events.items[bought]  # in time order, so the latest stays
    kept = events.items != last[events.people]
    order = np.argsort(events.people[kept], kind="stable")
    people, items = events.people[kept][order], events.items[kept][order]
    bounds = np.searchsorted(people, np.arange(events.n_people + 1))
    pasts = [items[bounds[person] : bounds[person + 1]] for person in range(events.n_people)]
    asked = [person for person in range(events.n_people) if last[person] >= 0 and len(pasts[person])]
    shown = sequences_of((pasts[person] for person in asked), n_items)
    return Question(sequences_of(pasts, n_items), shown, last[asked].astype(np.int32)), kept


def looked_at_only(events: Events) -> list[Ints]:
    """Everybody's past without any event of a thing that they bought, by person."""
    pair = events.people.astype(np.int64) * events.n_items + events.items
    kept = ~np.isin(pair, pair[events.kinds == events.kind_names.index("buy")])
    order = np.argsort(events.people[kept], kind="stable")
    people, items = events.people[kept][order], events.items[kept][order]
    return np.split(items, np.searchsorted(people, np.arange(1, events.n_people)))


def figures_of(ranks: Doubles) -> Figures:
    return {"HR@10": hit_rate(ranks, 10), "HR@20": hit_rate(ranks, 20), "NDCG@20": ndcg_of_one(ranks, 20)}
