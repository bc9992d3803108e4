"""Limits that a traveller never meets and a forger always does; in both forms."""

import pytest
import redis

from miaohui.kit.geo import PUBLISHED, Point
from miaohui.people.shake.journeys import (
    InProcessJourneys,
    Journeys,
    NearbyClosed,
    TooManyPlaces,
    TooManyShakes,
)
from miaohui.people.shake.redis_pool import RedisJourneys

MINUTE = 60_000
HOUR = 60 * MINUTE
START = 1_776_540_600_000


def cell(km: float) -> int:
    return PUBLISHED.cell_of(Point(31.3 + km * 180 / 20015.1, 120.6))


@pytest.fixture(params=["in_process", "redis"])
def journeys(request: pytest.FixtureRequest) -> Journeys:
    if request.param == "in_process":
        return InProcessJourneys()
    client = redis.Redis.from_url(request.getfixturevalue("redis_url"))
    client.flushdb()
    return RedisJourneys(client)


def shake(journeys: Journeys, at: int, km: float | None = 0) -> None:
    journeys.go_on(1, cell=None if km is None else cell(km), act="shake", now_ms=START + at)


def test_a_jump_closes_it_for_half_an_hour(journeys: Journeys) -> None:
    shake(journeys, 0)
    with pytest.raises(NearbyClosed):
        shake(journeys, 10 * MINUTE, km=60)
    with pytest.raises(NearbyClosed):
        shake(journeys, 39 * MINUTE)
    shake(journeys, 41 * MINUTE, km=60)


def test_a_train_is_no_jump(journeys: Journeys) -> None:
    shake(journeys, 0)
    shake(journeys, 10 * MINUTE, km=49)


def test_ten_shakes_in_ten_minutes(journeys: Journeys) -> None:
    for n in range(10):
        shake(journeys, n * 1000, km=None)
    with pytest.raises(TooManyShakes) as refused:
        shake(journeys, MINUTE, km=None)
    assert refused.value.retry_after_s == 540
    shake(journeys, 10 * MINUTE, km=None)


def test_sixty_shakes_a_day(journeys: Journeys) -> None:
    for n in range(60):
        shake(journeys, n * 2 * MINUTE)
    with pytest.raises(TooManyShakes):
        shake(journeys, 23 * HOUR)
    shake(journeys, 24 * HOUR)


def test_three_cells_an_hour(journeys: Journeys) -> None:
    for n in range(3):
        shake(journeys, n * 10 * MINUTE, km=2 * n)
    with pytest.raises(TooManyPlaces):
        shake(journeys, 40 * MINUTE, km=8)
    shake(journeys, 40 * MINUTE, km=4)
    shake(journeys, 61 * MINUTE, km=8)


def test_ten_cells_a_day(journeys: Journeys) -> None:
    for n in range(10):
        shake(journeys, n * HOUR, km=2 * n)
    with pytest.raises(TooManyPlaces):
        shake(journeys, 12 * HOUR, km=40)
    shake(journeys, 12 * HOUR, km=18)
