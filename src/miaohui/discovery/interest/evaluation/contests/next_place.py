"""Where somebody checks in next: the last visit is held out, all places are ranked, @1, @5 and @10.

The clock at the moment of asking and all earlier visits are known. Nothing is masked: people come back.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.evaluation.compared import als_rows, fit_brute_force
from miaohui.discovery.interest.evaluation.formats import Events, UnreadableData, read_events
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import Doubles, hit_rate, rank_of
from miaohui.discovery.interest.evaluation.protocols import Question
from miaohui.discovery.interest.evaluation.report import Figures, Row
from miaohui.discovery.interest.models.next_place import Visits, World, describe_world, features, fit_next_place
from miaohui.discovery.interest.models.sequences import Singles, sequences_of

PROTOCOL = "last visit held out, all places ranked, clock known"
PENALTIES = (1e-3, 1e-2)


def compete(name: str, folder: Path) -> list[Row]:
    """This will choose the penalty on the visit before the last, fit on everything before the last, and ask."""
    people, places = read_visits(folder)
    cost = Cost()
    with timed(cost):
        earlier = [person.before(len(person.places) - 2) for person in people]
        world = describe_world(earlier, places)
        found = []
        for penalty in PENALTIES:
            weights = fit_next_place(earlier, places, penalty=penalty)
            found.append((figures_of(_ranks(people, world, weights, held=2))["@5"], penalty))
        best, penalty = max(found)
        known = [person.before(len(person.places) - 1) for person in people]
        weights = fit_next_place(known, places, penalty=penalty)
        world = describe_world(known, places)
    time_requests(
        lambda person: features(known[person], float(people[person].minutes[-1]), world) @ weights, len(people), cost
    )
    note_peak(cost)
    habit = [_rank(np.bincount(person.places, minlength=len(places)), goal) for person, goal in _asked(people, 1)]
    return [
        Row(
            name,
            "miaohui",
            PROTOCOL,
            figures_of(_ranks(people, world, weights, held=1)),
            cost,
            f"penalty {penalty:g}: @5 {best:.4f} on the visit before",
        ),
        Row(name, "most visited", PROTOCOL, figures_of(np.array(habit)), Cost()),
        *_others(name, people, len(places)),
    ]


def _others(name: str, people: list[Visits], n_places: int) -> Iterator[Row]:
    """What is blind to clock and distance: cosines of places in plain NumPy, and implicit; places visited count."""
    asked = _asked(people, 1)
    known = sequences_of([past.places for past, _ in asked], n_places)
    question = Question(known, known, np.array([goal for _, goal in asked], dtype=np.int32))
    cost = Cost()
    with timed(cost):
        brute = fit_brute_force(known)
    ranks = rank_of(brute.scores(known), question.wanted)
    time_requests(lambda person: brute.scores(known.part(person, person + 1)), len(known), cost)
    note_peak(cost)
    yield Row(name, "NumPy, brute force", PROTOCOL, figures_of(ranks), cost)
    yield from als_rows(name, PROTOCOL, question, np.arange(len(known)), figures_of, again=True)


def read_visits(folder: Path) -> tuple[list[Visits], Doubles]:
    """Everybody's visits in time order, of people with at least four; and (n_places, 2) degrees."""
    events = read_events(folder / "checkins.csv.gz")
    table = np.genfromtxt(folder / "pois.csv.gz", delimiter=",", names=True)
    # A place's slot follows its first visit; its row in the file follows its id.
    by_id = {int(row["poi"]): (float(row["lat"]), float(row["lon"])) for row in table}
    unknown = [item for item in events.item_names if int(item) not in by_id]
    if unknown:
        raise UnreadableData(folder / "pois.csv.gz", 0, f"no coordinates for place {unknown[0]}")
    places = np.array([by_id[int(item)] for item in events.item_names])
    return [person for person in _by_person(events) if len(person.places) >= 4], places


def _by_person(events: Events) -> list[Visits]:
    order = np.argsort(events.people, kind="stable")
    bounds = np.searchsorted(events.people[order], np.arange(events.n_people + 1))
    parts = [order[start:stop] for start, stop in itertools.pairwise(bounds.tolist())]
    return [Visits(events.items[part], events.at[part] / 60.0) for part in parts]


def _asked(people: list[Visits], held: int) -> list[tuple[Visits, int]]:
    return [(person.before(len(person.places) - held), int(person.places[-held])) for person in people]


def _ranks(people: list[Visits], world: World, weights: Singles, *, held: int) -> Doubles:
    ranks = [
        _rank(features(past, float(person.minutes[-held]), world) @ weights, goal)
        for person, (past, goal) in zip(people, _asked(people, held), strict=True)
    ]
    return np.array(ranks)


def _rank(scores: npt.NDArray[Any], goal: int) -> float:
    level = (scores == scores[goal]).sum() - 1
    return float((scores > scores[goal]).sum() + level / 2)


def figures_of(ranks: Doubles) -> Figures:
    return {f"@{k}": hit_rate(ranks, k) for k in (1, 5, 10)}
