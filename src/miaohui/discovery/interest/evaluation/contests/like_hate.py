"""Liked or hated, from the dwell alone: one like and one hate of each person are held out, three times.

The rows hold only clips with an explicit answer, and how they were selected leaks the answer through ids, counts,
rates and the exact duration. So nothing is read but play time, the duration bucket, and play time beside the same
person's play times until then. Whose a row is serves for that, to hold out and to weigh, and is no feature; nor is how
many rows there were, or how long ago the last one was: in a slice of answered clips that is a rate.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.evaluation.formats import UnreadableData, read_table
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import area_under_curve, pair_accuracy
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.dwell_head import (
    Watched,
    among_lately,
    beside_usual,
    bucket_of,
    fit_dwell_head,
    middle_s,
)

PROTOCOL = "one like and one hate a person held out, dwell only, mean of seeds 1, 2, 3"
SEEDS = (1, 2, 3)
POWER = 0.75  # of one over how many likes, or hates, a person gave: the weight of a row

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


def compete(name: str, path: Path) -> list[Row]:
    """This will fit for each seed and ask it once."""
    people, watched, liked = read_watched(path)
    ours: list[Figures] = []
    ratio: list[Figures] = []
    cost = Cost()
    for seed in SEEDS:
        rows, likes, hates = hold_out(people, liked, np.arange(len(liked)), seed)
        with timed(cost):
            weights = weigh(people[rows], liked[rows], POWER)
            head = fit_dwell_head(watched.rows(rows), liked[rows], weights=weights)
        ours.append(figures_of(head.probabilities(watched.rows(likes)), head.probabilities(watched.rows(hates))))
        seen = watch_ratio(watched)
        ratio.append(figures_of(seen[likes], seen[hates]))
    cost.fit_s /= len(SEEDS)
    time_requests(lambda row: head.probabilities(watched.rows(np.array([row]))), len(liked), cost)
    note_peak(cost)
    return [
        Row(name, "miaohui", PROTOCOL, _mean(ours), cost),
        Row(name, "watch ratio", PROTOCOL, _mean(ratio), Cost()),
    ]


def read_watched(path: Path) -> tuple[Rows, Watched, Flags]:
    """Persons, watchings and answers, rows in order of a person's time."""
    table = read_table(path, ("user_id", "time_ms", "play_time_ms", "duration_ms", "label"))
    order = np.lexsort((table["time_ms"], table["user_id"]))
    people = table["user_id"][order].astype(np.int64)
    play_s, duration_s = table["play_time_ms"][order] / 1e3, table["duration_ms"][order] / 1e3
    if len(people) == 0:
        raise UnreadableData(path, 0, "has a header and no rows")
    bucket = bucket_of(duration_s)
    before = beside_usual(people, play_s), among_lately(people, play_s, bucket)
    return people, Watched(play_s, bucket, *before), table["label"][order] > 0.5


def weigh(people: Rows, liked: Flags, power: float) -> Doubles:
    """Row weights, mean 1: (how many rows with this answer the person has)^-power."""
    _, group, count = np.unique(people * 2 + liked, return_inverse=True, return_counts=True)
    weights = count[group].astype(np.float64) ** -power
    return np.asarray(weights / weights.mean())


def hold_out(people: Rows, liked: Flags, rows: Rows, seed: int) -> tuple[Rows, Rows, Rows]:
    """Of `rows`: those to learn from, and one like and one hate of each person who has two of each or more."""
    rng = np.random.default_rng(seed)
    likes, hates = [], []
    for person in np.unique(people[rows]).tolist():
        own = rows[people[rows] == person]
        good, bad = own[liked[own]], own[~liked[own]]
        if len(good) and len(bad):
            likes.append(rng.choice(good))
            hates.append(rng.choice(bad))
    held = np.array(likes + hates, dtype=np.int64)
    return np.setdiff1d(rows, held), np.array(likes, dtype=np.int64), np.array(hates, dtype=np.int64)


def watch_ratio(watched: Watched) -> Doubles:
    """Play time over the middle of the duration bucket."""
    return watched.play_s / middle_s(watched.bucket)


def figures_of(likes: Doubles, hates: Doubles) -> Figures:
    answers = np.repeat([True, False], [len(likes), len(hates)])
    scores = np.concatenate([likes, hates])
    return {"AUC": area_under_curve(scores, answers), "pairs": pair_accuracy(likes, hates)}


def _mean(figures: list[Figures]) -> Figures:
    return {name: float(np.mean([one[name] for one in figures])) for name in figures[0]}
