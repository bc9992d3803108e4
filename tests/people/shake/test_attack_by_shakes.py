"""An attack program that shakes: ten accounts, a thousand shakes within the limits, from forged positions.

Whom a shake finds at which radius, and in which bucket, is all that it tells. The attacker's accounts do not meet
each other (they have blocked each other), each meets a person once in thirty days, and the victims wait all the time
with the widest consent, which nobody could count on. What was heard goes to the estimators of `test_attack.py`.
"""

import random
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
import sqlalchemy as sa

from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.geo import Point
from miaohui.people.graph.tables import block
from miaohui.people.shake import service
from miaohui.people.shake.actions import record_match
from miaohui.people.shake.pool import Ticket
from tests.people.shake.fair import Fair
from tests.people.shake.test_attack import (
    ACCOUNTS,
    FINE,
    LEAST_ERROR_M,
    QUERIES,
    TOWN_M,
    Heard,
    Spots,
    _exact_bucket,
    average,
    bisect,
    nearest_cell,
    place,
    trilaterate,
)

pytestmark = pytest.mark.timeout(900)
VICTIMS = 20
REACHES = (1_000, 3_000)
UNTIL_MS = 30 * 24 * 3_600_000


def listen_to_shakes(fair: Fair, rng: random.Random, *, queries: int) -> tuple[Heard, Spots, int]:
    """Shake a thousand times all over the town; return whom that found, where they are, and how many were let in."""
    guests = [fair.arrive(guest) for guest in fair.cast.crowd(VICTIMS + ACCOUNTS)]
    victims, accounts = guests[:VICTIMS], guests[VICTIMS:]
    for some in (victims, accounts):
        fair.db.write_sync(_part, people=some)
    homes = {victim: (rng.uniform(0, TOWN_M), rng.uniform(0, TOWN_M)) for victim in victims}
    truth = {f"Guest {n}": homes[victim] for n, victim in enumerate(victims)}
    heard: Heard = []
    at = [(rng.uniform(0, TOWN_M), rng.uniform(0, TOWN_M)) for _ in accounts]
    asked = let_in = 0
    while asked < queries:
        _let_wait(fair, homes)
        for n, account in enumerate(accounts):
            if asked % 30 < ACCOUNTS:
                at[n] = (rng.uniform(0, TOWN_M), rng.uniform(0, TOWN_M))
            spot = tuple(place(*at[n]).values())
            answer = fair.send(account, "POST", "/shakes", fair.ticket(at=spot, widest_m=REACHES[asked % 2]))
            asked += 1
            if answer.status_code != 200:
                continue
            let_in += 1
            if (match := answer.json()["match"]) is not None:
                heard.append((*at[n], {match["nickname"]: match["distance"]}, [match["nickname"]], {}))
        fair.pass_time(minutes=20)
    return heard, truth, let_in


def _let_wait(fair: Fair, homes: dict[int, tuple[float, float]]) -> None:
    """Put every victim who does not wait back into the pool, as after a shake long ago whose person stays listed."""
    now_ms = to_ms(fair.clock.now())
    for victim, home in homes.items():
        fair.shaking.pool.shake(
            Ticket(
                id=f"{victim}:{now_ms}",
                person_id=victim,
                at_ms=now_ms - 119_000,
                until_ms=now_ms + UNTIL_MS,
                place=service.PUBLISHED.snap(Point(*place(*home).values())),
                venue_id=None,
                widest_m=30_000,
                never=frozenset(homes) - {victim},
            ),
            now_ms=now_ms,
        )


def _part(tx: Tx, *, people: Sequence[int]) -> None:
    for one, other in combinations(people, 2):
        tx.execute(sa.insert(block).values(blocker_id=one, blocked_id=other, blocked_at=tx.now))


def errors(heard: Heard, truth: Spots) -> dict[str, float]:
    attacks = {
        "trilateration": lambda who: trilaterate(heard, who, 0),
        "trilateration that knows the cells": lambda who: trilaterate(heard, who, 900),
        "bisection": lambda who: bisect(heard, who),
        "averaging": lambda who: average(heard, who),
        "the cell of the nearest bucket": lambda who: nearest_cell(heard, who),
        "the middle of who found them": lambda who: _middle(heard, who),
    }
    return {
        name: float(np.median([np.hypot(*np.subtract(attack(who), home)) for who, home in truth.items()]))
        for name, attack in attacks.items()
    }


def _middle(heard: Heard, who: str) -> tuple[float, float]:
    """Return the mean of the middles of the cells from which a shake found somebody within a kilometre or three."""
    near = [(x, y) for x, y, buckets, *_ in heard if who in buckets]
    if not near:
        return TOWN_M / 2, TOWN_M / 2
    return float(np.mean([x for x, _ in near])), float(np.mean([y for _, y in near]))


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
def test_a_thousand_shakes_place_nobody_better_than_three_hundred_metres(
    fair: Fair, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(service, "PUBLISHED", FINE)
        monkeypatch.setattr(record_match, "bucket_of", _exact_bucket)
        monkeypatch.setattr(type(fair.shaking.journeys), "go_on", lambda *_, **__: None)
    heard, truth, let_in = listen_to_shakes(fair, random.Random(7), queries=QUERIES if guarded else QUERIES // 2)
    found = errors(heard, truth)
    print(f"\n{let_in} shakes, {len(heard)} matches; median error in m: { ({n: round(m) for n, m in found.items()}) }")
    assert let_in >= QUERIES / 4, "the program was kept from asking; then this proves little"
    assert len(heard) >= 5 * VICTIMS
    assert (min(found.values()) >= LEAST_ERROR_M) is guarded, found
