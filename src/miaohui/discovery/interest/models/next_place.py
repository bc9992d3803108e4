"""Where somebody goes next: own habit, the hour, the way from here, and what others do.

Known at the moment of asking: the visits so far with their minutes, and the clock. Features of each place j:

    habit        log share of j in the visits, fading by 1.5, 6, 25 visits and not at all; fading by 3 and 20 days;
                 whether j was ever visited; whether one is there now, alone and times the log of the time since
    hour         log share of j in the visits weighted by exp(-(hours apart on the clock)^2 / 2 sigma^2), and the same
                 weighted once more by whether both are on a working day; how busy j is with everybody at this hour
    way          log share of j after the present place: in one's own steps, in everybody's; log distance from here,
                 alone and times whether one was here within three hours
    others       log visits of j; nearness of j to one's visits (exp(-km)); item-item from one's visits (low-pass)

and the score is b . f with b from a conditional logit (choice.py) over past moments. Everybody's counts that those
moments see end before the first of them, so that no moment is predicted from itself.

Source: the features of Cho, Myers and Leskovec 2011 (home, work and hours) and Feng et al. 2015 (distance), joined as
McFadden's choice.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.models.choice import Moment, fit_choice
from miaohui.discovery.interest.models.low_pass import LowPass, fit_low_pass
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles, sequences_of

Doubles = npt.NDArray[np.float64]

DAY_MIN = 1440.0
HOUR_SIGMA = 1.5
FLOOR = 0.01  # of a share: what was never seen is a hundredth as likely, not impossible
DRAWN = 200  # places drawn beside one's own when the weights are fitted


class Visits(msgspec.Struct, frozen=True, eq=False):
    """places: (n_visits,) slots; minutes: (n_visits,), not decreasing."""

    places: Ints
    minutes: Doubles

    def before(self, count: int) -> "Visits":
        return Visits(self.places[:count], self.minutes[:count])


class World(msgspec.Struct, frozen=True, eq=False):
    """What everybody's visits tell. popularity: (n,), log; busy: (24, n), log ratio; steps: (n, n), log; km: (n, n)."""

    popularity: Singles
    busy: Singles
    steps: Singles
    km: Singles
    near: Singles
    others: LowPass


def describe_world(visits: list[Visits], places: Doubles) -> World:
    """This will count everybody's visits. places: (n, 2) latitude and longitude in degrees."""
    n = len(places)
    everything = np.concatenate([person.places for person in visits])
    hours = (np.concatenate([person.minutes for person in visits]) / 60.0 % 24.0).astype(int)
    counts = np.bincount(everything, minlength=n).astype(np.float64)
    at_hour = np.zeros((24, n))
    np.add.at(at_hour, (hours, everything), 1.0)
    around = (
        at_hour
        + 0.6 * (np.roll(at_hour, 1, 0) + np.roll(at_hour, -1, 0))
        + 0.2 * (np.roll(at_hour, 2, 0) + np.roll(at_hour, -2, 0))
    )
    usual = (around.sum(axis=1, keepdims=True) + 1.0) / (around.sum() + 24.0)
    busy = np.log((around + 3.0 * usual * 2.6) / (2.6 * (counts + 3.0) * usual))
    steps = np.zeros((n, n), dtype=np.float32)
    for person in visits:
        np.add.at(steps, (person.places[:-1], person.places[1:]), 1.0)
    prior = 5.0 * counts / counts.sum()
    followed = np.log((steps + prior + 1e-4) / (steps.sum(axis=1, keepdims=True) + 5.0)).astype(np.float32)
    km = distances_km(places)
    return World(
        popularity=np.log(counts + 0.5).astype(np.float32),
        busy=busy.astype(np.float32),
        steps=followed,
        km=km,
        near=np.exp(-km),
        others=fit_low_pass(sequences_of([person.places for person in visits], n), rank=64),
    )


def features(past: Visits, now: float, world: World) -> Singles:
    """f of every place at one moment, (n_places, n_features); past: at least one visit."""
    n = len(world.popularity)
    age = np.arange(len(past.places))[::-1]
    # A clock that went back makes nothing younger than now.
    days = np.maximum(now - past.minutes, 0.0) / DAY_MIN
    here = int(past.places[-1])
    apart = np.abs((now - past.minutes) / 60.0 % 24.0)
    by_clock = np.exp(-(np.minimum(apart, 24.0 - apart) ** 2) / (2 * HOUR_SIGMA**2))
    alike = np.where(_weekend(past.minutes) == _weekend(now), 1.0, 0.3)

    def share(weights: Doubles) -> Doubles:
        return np.log(np.bincount(past.places, weights, n) / max(float(weights.sum()), 1e-9) + FLOOR)

    gap_h = float(days[-1]) * 24.0
    is_here = np.zeros(n)
    is_here[here] = 1.0
    onward = past.places[1:][past.places[:-1] == here]
    own_steps = np.log((np.bincount(onward, minlength=n) + 0.01) / (len(onward) + 1.0))
    own = Sequences(past.places, np.array([0, len(past.places)], dtype=np.int64), n)
    others = world.others.scores(own)[0]
    km = np.log(world.km[here] + 0.1)
    columns = [
        *(share(0.5 ** (age / half_life)) for half_life in (1.5, 6.0, 25.0)),
        share(np.ones(len(age))),
        *(share(0.5 ** (days / half_life) + 1e-6) for half_life in (3.0, 20.0)),
        (np.bincount(past.places, minlength=n) > 0).astype(float),
        is_here,
        is_here * np.log(gap_h + 0.1),
        share(by_clock + 1e-3),
        share(by_clock * alike + 1e-3),
        world.busy[int(now / 60.0 % 24.0)],
        own_steps,
        world.steps[here],
        km,
        km * (gap_h < 3.0),
        world.popularity,
        np.log(world.near[past.places].mean(axis=0) + 1e-3),
        others / (others.std() + 1e-9),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def moment(past: Visits, taken: int, now: float, world: World, rng: np.random.Generator) -> Moment:
    """One past choice, over one's own places and a draw of the others."""
    n = len(world.popularity)
    own = np.setdiff1d(past.places, [taken])
    other = np.setdiff1d(np.arange(n), np.append(own, taken))
    drawn = rng.choice(other, min(DRAWN, len(other)), replace=False)
    chosen = np.concatenate([[taken], own, drawn]).astype(int)
    offset = np.zeros(len(chosen), dtype=np.float32)
    offset[1 + len(own) :] = np.log(len(other) / max(len(drawn), 1))
    return Moment(features(past, now, world)[chosen].astype(np.float32), offset)


def fit_next_place(
    visits: list[Visits], places: Doubles, *, moments: int = 5, penalty: float = 1e-3, seed: int = 3
) -> Singles:
    """This will fit b on everybody's last `moments` visits, each seen from what came before it."""
    world = describe_world([person.before(max(len(person.places) - moments, 1)) for person in visits], places)
    rng = np.random.default_rng(seed)
    found = []
    for person in visits:
        for place in range(max(len(person.places) - moments, 1), len(person.places)):
            taken, now = int(person.places[place]), float(person.minutes[place])
            found.append(moment(person.before(place), taken, now, world, rng))
    return fit_choice(found, penalty=penalty)


def distances_km(places: Doubles) -> Singles:
    """(n, n) great-circle distances over a few hundred kilometres: longitude shrinks with the cosine of latitude."""
    latitude, longitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    x = (longitude[:, None] - longitude[None, :]) * np.cos((latitude[:, None] + latitude[None, :]) / 2)
    y = latitude[:, None] - latitude[None, :]
    return np.asarray(6371.0 * np.hypot(x, y), dtype=np.float32)


def _weekend(minutes: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    return np.asarray(np.asarray(minutes) // DAY_MIN % 7 >= 5)
