"""An attack program: ten accounts with forged positions ask the real API a thousand times where people are.

What is heard goes to the same estimators that break distance lists elsewhere: trilateration over all
answers, bisection of the boundaries at which an answer flips, averaging of repeated answers, and the order
of the list, also beside accounts of the attacker's own whose places are known. The program knows the grid, the
buckets and the rules. It must not place the median person better than 300 m, neither where few live nor where
each square kilometre has its twenty people; where the guards are off it does, each time.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from math import hypot

import numpy as np
import pytest
import sqlalchemy as sa

from miaohui.hooks import Hooks
from miaohui.kit import geo
from miaohui.kit.db import Tx
from miaohui.kit.geo import Point
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.queries import person_cards
from miaohui.people.nearby import queries as nearby_queries
from miaohui.people.nearby import routes as nearby_routes
from miaohui.people.nearby.queries import Neighbour
from miaohui.people.nearby.tables import nearby_visit
from miaohui.people.shake import service
from miaohui.people.shake.reach import ANYWHERE
from miaohui.people.shake.tables import shake_match
from tests.people.shake.fair import Fair

pytestmark = pytest.mark.timeout(900)
"""It calculates much: a busy machine needs its time."""
ACCOUNTS = 10
QUERIES = 1_000
VICTIMS = 30
TOWN_M = 6_000
LEAST_ERROR_M = 300
NORTH_M = 20_015_100 / 180
EAST_M = NORTH_M * np.cos(np.radians(31.33))
UPPER = {"under_1": 1_000.0, "under_3": 3_000.0, "under_10": 10_000.0, "under_30": 30_000.0}
FINE = geo.Grid(50)
LOWER = {"under_1": 0.0, "under_3": 1_000.0, "under_10": 3_000.0, "under_30": 10_000.0}

Spots = dict[str, tuple[float, float]]
"""Handle → metres east and north."""
Heard = list[tuple[float, float, dict[str, str], list[str], Spots]]
"""Where the attacker claimed to be, the bucket of each person, the list's order, and where the other accounts of
the attacker claimed to be at that time."""


def degrees(east: float, north: float) -> tuple[float, float]:
    return 31.3 + north / NORTH_M, 120.6 + east / EAST_M


def place(east: float, north: float) -> dict[str, float]:
    latitude, longitude = degrees(east, north)
    return {"latitude": latitude, "longitude": longitude}


def listen_near_by(
    fair: Fair, rng: random.Random, *, neighbours: int = 0, town_m: float = TOWN_M, queries: int = QUERIES
) -> tuple[Heard, Spots]:
    """Let thirty people be seen all the while, and ask a thousand times from all over the town who is near.

    neighbours: people of whom nobody wants to know anything, in each square kilometre.
    """
    fair.db.write_sync(_settle, each=neighbours, town_m=town_m)
    victims = [fair.arrive(guest) for guest in fair.cast.crowd(VICTIMS)]
    accounts = [fair.arrive(guest) for guest in fair.cast.crowd(VICTIMS + ACCOUNTS)[VICTIMS:]]
    homes = [(rng.uniform(0, town_m), rng.uniform(0, town_m)) for _ in victims]
    cards = fair.db.read_sync(person_cards, victims)
    truth = {cards[victim].handle: home for victim, home in zip(victims, homes, strict=True)}
    names = [card.handle for _, card in sorted(fair.db.read_sync(person_cards, accounts).items())]
    known: Spots = {}
    heard: Heard = []
    at = [(rng.uniform(0, town_m), rng.uniform(0, town_m)) for _ in accounts]
    asked = 0
    while asked < queries:
        if asked % 100 == 0:
            fair.pass_time(minutes=100)
            for victim, home in zip(victims, homes, strict=True):
                fair.send(victim, "PUT", "/me/nearby", {"place": place(*home)})
        for n, account in enumerate(accounts):
            # Small steps cross the edges of buckets at known points; the rules allow three cells an hour.
            east, north = (min(max(x + rng.gauss(0, 250), 0), town_m) for x in at[n])
            at[n] = east, north
            answer = fair.send(account, "PUT", "/me/nearby", {"place": place(*at[n])})
            asked += 1
            if answer.status_code == 429 and answer.json()["code"] != "nearby_closed":
                at[n] = (rng.uniform(0, town_m), rng.uniform(0, town_m))
                continue
            if answer.status_code != 200:
                continue
            known[names[n]] = at[n]
            items = answer.json()["items"]
            order = [item["handle"] for item in items]
            heard.append((*at[n], {item["handle"]: item["distance"] for item in items}, order, dict(known)))
        fair.clock.advance(timedelta(minutes=6))
    return heard, truth


def trilaterate(heard: Heard, victim: str, slack_m: float) -> tuple[float, float]:
    """Return the middle of the points that contradict the fewest answers; slack_m: what the rounding may add."""
    axis = np.arange(-500, TOWN_M + 501, 75.0)
    east, north = np.meshgrid(axis, axis)
    wrong = np.zeros_like(east)
    for x, y, buckets, *_ in heard:
        bucket = buckets.get(victim)
        if bucket is None:
            continue
        away = np.hypot(east - x, north - y)
        wrong += np.maximum(away - UPPER[bucket] - slack_m, 0) + np.maximum(LOWER[bucket] - slack_m - away, 0)
    best = wrong <= wrong.min() + 1e-6
    return float(east[best].mean()), float(north[best].mean())


def average(heard: Heard, victim: str) -> tuple[float, float]:
    """Return the mean of the places from which the victim was in the nearest bucket that ever was."""
    nearest = min((UPPER[b[victim]] for _, _, b, *_ in heard if victim in b), default=0)
    points = [(x, y) for x, y, b, *_ in heard if victim in b and UPPER[b[victim]] == nearest]
    if not points:
        return TOWN_M / 2, TOWN_M / 2
    east, north = np.mean(points, axis=0).tolist()
    return east, north


def bisect(heard: Heard, victim: str) -> tuple[float, float]:
    """Return the point whose distance is best a bucket's edge wherever two close places disagree on the bucket."""
    edges = []
    told = [(x, y, b[victim]) for x, y, b, *_ in heard if victim in b]
    for i, (x, y, bucket) in enumerate(told):
        for u, v, other in told[i + 1 : i + 6 * ACCOUNTS]:
            if bucket != other and hypot(x - u, y - v) < 250:
                edges.append(((x + u) / 2, (y + v) / 2, min(UPPER[bucket], UPPER[other])))
    axis = np.arange(-500, TOWN_M + 501, 75.0)
    east, north = np.meshgrid(axis, axis)
    if not edges:
        return TOWN_M / 2, TOWN_M / 2
    off = sum(np.abs(np.hypot(east - x, north - y) - edge) for x, y, edge in edges[:200])
    row, column = np.unravel_index(np.argmin(off), east.shape)
    return float(east[row, column]), float(north[row, column])


def by_order(heard: Heard, victim: str) -> tuple[float, float]:
    """Return the mean of the places from which the victim stood highest in the list."""
    ranked = sorted((order.index(victim) / len(order), x, y) for x, y, _, order, _ in heard if victim in order)
    if not ranked:
        return TOWN_M / 2, TOWN_M / 2
    top = ranked[: max(len(ranked) // 10, 3)]
    return float(np.mean([x for _, x, _ in top])), float(np.mean([y for _, _, y in top]))


def beside_own_accounts(heard: Heard, victim: str) -> tuple[float, float]:
    """Return the point that fits best with who stood before the victim in the list, and who behind.

    Of the attacker's own accounts the distances are known: were the list in their order, each would be a ring.
    """
    axis = np.arange(-500, TOWN_M + 501, 100.0)
    east, north = np.meshgrid(axis, axis)
    wrong = np.zeros_like(east)
    for x, y, _, order, known in heard[:: max(len(heard) // 200, 1)]:
        if victim not in order:
            continue
        away, rank = np.hypot(east - x, north - y), order.index(victim)
        for handle, (u, v) in known.items():
            if handle in order:
                edge = hypot(x - u, y - v)
                wrong += np.maximum(away - edge if rank < order.index(handle) else edge - away, 0)
    best = wrong <= wrong.min() + 1e-6
    return float(east[best].mean()), float(north[best].mean())


def nearest_cell(heard: Heard, victim: str) -> tuple[float, float]:
    """Return the middle of the published cell from within which the victim was told to be nearest most often."""
    near = [(x, y) for x, y, b, *_ in heard if b.get(victim) == "under_1"]
    if not near:
        return average(heard, victim)
    cells = [geo.PUBLISHED.cell_of(Point(*place(x, y).values())) for x, y in near]
    middle = geo.PUBLISHED.centre(max(set(cells), key=cells.count))
    return (middle.longitude - 120.6) * EAST_M, (middle.latitude - 31.3) * NORTH_M


ATTACKS: dict[str, Callable[[Heard, str], tuple[float, float]]] = {
    "trilateration": lambda heard, victim: trilaterate(heard, victim, 0),
    "trilateration that knows the cells": lambda heard, victim: trilaterate(heard, victim, 900),
    "bisection": bisect,
    "averaging": average,
    "order": by_order,
    "order beside own accounts": beside_own_accounts,
    "the cell of the nearest bucket": nearest_cell,
}


def errors(heard: Heard, truth: Spots) -> dict[str, float]:
    """Return the median error of each attack in metres."""
    return {
        name: float(np.median([np.hypot(*np.subtract(attack(heard, who), home)) for who, home in truth.items()]))
        for name, attack in ATTACKS.items()
    }


@pytest.mark.parametrize(("neighbours", "town_m"), [(0, TOWN_M), (20, TOWN_M / 2)])
def test_nobody_is_placed_better_than_three_hundred_metres_near_by(fair: Fair, neighbours: int, town_m: float) -> None:
    heard, truth = listen_near_by(fair, random.Random(11), neighbours=neighbours, town_m=town_m)
    assert len(heard) >= QUERIES / 4, "the program was kept from asking; then this proves little"
    told = {bucket for _, _, buckets, *_ in heard for bucket in buckets.values()}
    assert ("under_1" in told) == bool(neighbours), "a town of twenty in each cell is told apart by square kilometres"
    found = errors(heard, truth)
    print(f"\n{len(heard)} answers; median error in m: { ({name: round(m) for name, m in found.items()}) }")
    assert min(found.values()) >= LEAST_ERROR_M, found


def test_the_program_finds_people_where_exact_points_are_measured(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby_routes, "PUBLISHED", FINE)
    monkeypatch.setattr(nearby_queries, "PUBLISHED", FINE)
    monkeypatch.setattr(nearby_queries, "_GRIDS", (FINE,))
    monkeypatch.setattr(service.Shaking, "look", _anywhere)
    monkeypatch.setattr(nearby_queries, "bucket_of", _exact_bucket)
    heard, truth = listen_near_by(fair, random.Random(11), queries=QUERIES // 3)
    found = errors(heard, truth)
    print(f"\nmeasured exactly: { ({name: round(m) for name, m in found.items()}) }")
    assert min(found.values()) < LEAST_ERROR_M / 2, found


def test_the_order_alone_finds_people_where_it_is_that_of_their_distances(
    fair: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby_routes, "PUBLISHED", FINE)
    monkeypatch.setattr(nearby_routes, "neighbours", _in_order_of_distance)
    monkeypatch.setattr(service.Shaking, "look", _anywhere)
    heard, truth = listen_near_by(fair, random.Random(11), queries=QUERIES // 3)
    found = errors(heard, truth)
    print(f"\nin order of distance: { ({name: round(m) for name, m in found.items()}) }")
    assert found["order beside own accounts"] < LEAST_ERROR_M / 2, found


def _in_order_of_distance(tx: Tx, *, person_id: int, cell: int) -> list[Neighbour]:
    here, seen = FINE.centre(cell), sa.select(nearby_visit.c.person_id, nearby_visit.c.cell)
    others = {row.person_id: FINE.centre(row.cell) for row in tx.execute(seen) if row.person_id != person_id}
    cards = person_cards(tx, others)
    ordered = sorted(cards, key=lambda other_id: geo.distance_m(here, others[other_id]))
    return [Neighbour(handle=cards[one].handle, nickname="", avatar_url=None, distance="under_30") for one in ordered]


def _settle(tx: Tx, *, each: int, town_m: float) -> None:
    """Let so many people be seen in every published cell of the town for a year."""
    until = tx.now + timedelta(days=365)
    side = int(town_m // 500) + 2
    cells = {
        geo.PUBLISHED.cell_of(Point(*place(east * 500.0, north * 500.0).values()))
        for east in range(side)
        for north in range(side)
    }
    for cell in sorted(cells) if each else ():
        for _ in range(each):
            person_id = create_account(tx, nickname="街坊", birth_date=date(1990, 1, 1))
            tx.execute(sa.insert(nearby_visit).values(person_id=person_id, cell=cell, until=until))


async def _anywhere(self: service.Shaking, *, person_id: int, cell: int) -> None:
    return None


def _exact_bucket(apart_m: float) -> str:
    return next((bucket for bucket, upper in UPPER.items() if apart_m <= upper), "further")


def test_shaking_tells_the_cell_and_nothing_finer(fair: Fair) -> None:
    """Bisect where a shake stops reaching a person who stays listed: the edge lies between cells, not around them.

    A hundred victims are shaken for from a line of forged points; whatever is heard is the same for every
    point of a victim's cell, so the best guess is its middle.
    """
    rng = random.Random(5)
    victim, probe = (fair.arrive(guest) for guest in fair.cast.crowd(2))
    guesses = []
    for _ in range(12):
        home = (rng.uniform(0, 3_000), rng.uniform(0, 3_000))
        heard = set()
        cell = geo.PUBLISHED.cell_of(Point(*place(*home).values()))
        for _ in range(4):
            inside = _point_in(cell, rng)
            for person in (victim, probe):
                fair.ok(person, "DELETE", "/me/shake")
            fair.db.write_sync(_forget_matches)
            fair.shaking.journeys = type(fair.shaking.journeys)()
            fair.shake(victim, at=inside, widest_m=1_000)
            answers = []
            for east in range(0, 4_000, 400):
                fair.shaking.journeys = type(fair.shaking.journeys)()
                answers.append(fair.shake(probe, at=degrees(east, 1_500), widest_m=1_000)["match"] is None)
                if not answers[-1]:
                    break
            heard.add(tuple(answers))
        assert len(heard) == 1, "what is heard depends on where in the cell somebody is"
        middle = geo.PUBLISHED.centre(cell)
        guesses.append(geo.distance_m(Point(*place(*home).values()), middle))
    assert np.median(guesses) >= LEAST_ERROR_M


def test_looking_anywhere_tells_the_cell_and_nothing_finer(fair: Fair) -> None:
    """Bisect where a shake stops reaching within the city somebody who looks anywhere, and finds them as far away.

    Whatever is heard is the same for every point of the victim's cell, and from as far as one likes it is one word.
    """
    rng = random.Random(6)
    victim, probe = (fair.arrive(guest) for guest in fair.cast.crowd(2))
    fair.shaking._hooks = Hooks(interests_of=lambda _: ["茶"])
    guesses = []
    for _ in range(6):
        home = (rng.uniform(0, 3_000), rng.uniform(0, 3_000))
        cell = geo.PUBLISHED.cell_of(Point(*place(*home).values()))
        heard = set()
        for _ in range(2):
            inside = _point_in(cell, rng)
            answers = []
            for east in (31_500, 32_500, 33_500, 60_000, 900_000):
                for person in (victim, probe):
                    fair.ok(person, "DELETE", "/me/shake")
                fair.db.write_sync(_forget_matches)
                fair.shaking.journeys = type(fair.shaking.journeys)()
                fair.shake(victim, at=inside, widest_m=ANYWHERE)
                fair.shake(probe, at=degrees(east, home[1]), widest_m=ANYWHERE)
                fair.pass_time(seconds=99)
                before = fair.ok(probe, "GET", "/me/shake")["match"]
                fair.pass_time(seconds=1)
                after = fair.ok(probe, "GET", "/me/shake")["match"]
                answers.append((before and before["distance"], after["distance"]))
            assert answers[-2:] == [(None, "further")] * 2
            heard.add(tuple(answers))
        assert len(heard) == 1, "what is heard depends on where in the cell somebody is"
        guesses.append(geo.distance_m(Point(*place(*home).values()), geo.PUBLISHED.centre(cell)))
    assert np.median(guesses) >= LEAST_ERROR_M


def _point_in(cell: int, rng: random.Random) -> tuple[float, float]:
    middle = geo.PUBLISHED.centre(cell)
    while True:
        point = Point(middle.latitude + rng.uniform(-0.005, 0.005), middle.longitude + rng.uniform(-0.006, 0.006))
        if geo.PUBLISHED.cell_of(point) == cell:
            return point.latitude, point.longitude


def _forget_matches(tx: Tx) -> None:
    tx.execute(sa.delete(shake_match))
