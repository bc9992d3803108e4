"""A timestamped set as live traffic: what is it worth that the state knows the last minute?

    |------------- learnt --------------|------------ replayed, in time order ------------|
      models fitted, weights chosen       each event that is new to its person is asked for

    live       the models of the beginning; the state has every event before the one asked for
    stale      the same models; the state of the last midnight
    nightly    models fitted again every midnight on all that came before, and the state of that midnight

All three rank what the person has not met, so only what they know differs: live against stale is the worth of state,
nightly against stale the worth of fitting. Days are those of UTC; the replay begins with a day. Of its nights NIGHTS
are asked about, spread evenly, each by its share of ASKED events drawn at random.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.evaluation.contests.next_item import (
    Blend,
    Fit,
    choose,
    figures_of,
    models_for,
    ranks_of,
    top_ten,
)
from miaohui.discovery.interest.evaluation.formats import Events
from miaohui.discovery.interest.evaluation.measured import Cost, note_peak, time_requests, timed
from miaohui.discovery.interest.evaluation.metrics import Doubles
from miaohui.discovery.interest.evaluation.protocols import Question, leave_one_out
from miaohui.discovery.interest.evaluation.report import Row
from miaohui.discovery.interest.models.sequences import Ints, Sequences, sequences_of

PROTOCOL = "replayed in time order, the last fifth asked, full ranking, seen masked"
DAY_S = 86_400.0
LEARNT_PART = 0.8  # of the events, up to a midnight
NIGHTS = 5
ASKED = 4_000
SEED = 13


class Asked(msgspec.Struct, frozen=True, eq=False):
    """One night's questions. midnight: seconds. live, stale: (n,) pasts before the event and before the midnight."""

    midnight: float
    live: Sequences
    stale: Sequences
    wanted: Ints


class CannotReplay(Exception):
    """The events do not span two days, or nothing in their last fifth is new to anybody."""


def compete(name: str, events: Events) -> list[Row]:
    """This will fit once, replay, and fit again for every night. Raises CannotReplay."""
    begins = beginning_of(events)
    nights = questions_of(events, begins)
    learnt = events.before(begins)
    cost, nightly_cost = Cost(), Cost()
    with timed(cost):
        fits = models_for(learnt)
        weights, _ = choose(fits, leave_one_out(learnt).validation)
        ours = _fitted(fits, weights, learnt)
    live = [ranks_of(ours, Question(learnt, one.live, one.wanted)) for one in nights]
    stale = [ranks_of(ours, Question(learnt, one.live, one.wanted), known=one.stale) for one in nights]
    last = nights[-1].live
    time_requests(lambda person: top_ten(ours, last.part(person, person + 1)), len(last), cost)
    note_peak(cost)
    nightly = []
    for one in nights:
        with timed(nightly_cost):
            known = events.before(one.midnight)
            refitted = _fitted(models_for(known), weights, known)
        nightly.append(ranks_of(refitted, Question(known, one.live, one.wanted), known=one.stale))
    return [
        _row(name, "miaohui", live, cost),
        _row(name, "state of last midnight", stale, cost),
        _row(name, "nightly batches", nightly, nightly_cost),
    ]


def beginning_of(events: Events) -> float:
    """The midnight, in seconds, from which events are replayed."""
    begins = float(np.ceil(np.quantile(events.at, LEARNT_PART) / DAY_S) * DAY_S)
    if begins > events.at[-1]:
        begins -= DAY_S
    if begins <= events.at[0]:
        raise CannotReplay
    return begins


def questions_of(events: Events, begins: float) -> list[Asked]:
    """The nights that are asked about, in time order. Raises CannotReplay."""
    new = np.flatnonzero(_is_new(events) & (events.at >= begins))
    days = np.floor(events.at[new] / DAY_S)
    all_nights = np.unique(days)
    if len(all_nights) == 0:
        raise CannotReplay
    chosen = all_nights[np.unique(np.linspace(0, len(all_nights) - 1, NIGHTS).round().astype(int))]
    rng = np.random.default_rng(SEED)
    whole, when = events.sequences(), events.times()
    found = []
    for day in chosen.tolist():
        rows = new[days == day]
        rows = np.sort(rng.choice(rows, min(len(rows), ASKED // len(chosen)), replace=False))
        live, stale = [], []
        for row in rows.tolist():
            person = int(events.people[row])
            past, at = whole[person], when[whole.offsets[person] : whole.offsets[person + 1]]
            place = int(np.flatnonzero(past == events.items[row])[0])  # it is new, so this is where it is met first
            live.append(past[:place])
            stale.append(past[: min(place, int(np.searchsorted(at, day * DAY_S)))])
        wanted = np.asarray(events.items[rows], dtype=np.int32)
        n_items = events.n_items
        found.append(Asked(day * DAY_S, sequences_of(live, n_items), sequences_of(stale, n_items), wanted))
    return found


def _is_new(events: Events) -> npt.NDArray[np.bool_]:
    """Whether each event, (n_events,), is the first of its person with its item, and not the person's first at all."""
    pairs = events.people.astype(np.int64) * events.n_items + events.items
    is_first = np.zeros(len(pairs), dtype=bool)
    is_first[np.unique(pairs, return_index=True)[1]] = True
    is_first[np.unique(events.people, return_index=True)[1]] = False
    return is_first


def _fitted(fits: dict[str, Fit], weights: dict[str, float], known: Sequences) -> Blend:
    return Blend({part: fits[part](known) for part, weight in weights.items() if weight}, weights)


def _row(name: str, model: str, ranks: list[Doubles], cost: Cost) -> Row:
    return Row(name, model, PROTOCOL, figures_of(np.concatenate(ranks)), cost)
