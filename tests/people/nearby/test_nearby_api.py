"""People near by: only who wants it, only in buckets, and never the blocked."""

import random
from collections import Counter

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.geo import PUBLISHED, Point, distance_m
from miaohui.people.nearby import queries
from miaohui.people.nearby.tables import nearby_visit
from tests.people.shake.fair import SUZHOU, Fair

KM = 180 / 20015.1


def here(km: float = 0) -> dict[str, object]:
    return {"place": {"latitude": SUZHOU[0] + km * KM, "longitude": SUZHOU[1]}}


@pytest.fixture
def mei(fair: Fair) -> int:
    return fair.arrive(fair.cast.mei)


@pytest.fixture
def bo(fair: Fair) -> int:
    return fair.arrive(fair.cast.bo)


def seen(fair: Fair, person: int) -> list[tuple[str, str]]:
    return [(one["nickname"], one["distance"]) for one in fair.ok(person, "GET", "/me/nearby")["items"]]


def crowd(fair: Fair, size: int, km: float = 0) -> None:
    def settle(tx: Tx) -> None:
        cell = PUBLISHED.cell_of(Point(SUZHOU[0] + km * KM, SUZHOU[1]))
        until = tx.now.replace(year=tx.now.year + 1)
        rows = [{"person_id": guest, "cell": cell, "until": until} for guest in guests]
        tx.execute(sa.insert(nearby_visit), rows)

    guests = fair.cast.crowd(size)
    fair.db.write_sync(settle)


def test_who_looks_must_be_seen(fair: Fair, mei: int) -> None:
    assert fair.refused(mei, "GET", "/me/nearby") == (409, "not_seen")


def test_two_hours_and_no_longer(fair: Fair, mei: int, bo: int) -> None:
    fair.ok(mei, "PUT", "/me/nearby", here())
    fair.ok(bo, "PUT", "/me/nearby", here())
    assert [name for name, _ in seen(fair, bo)] == ["阿梅"]
    fair.pass_time(hours=2)
    assert fair.refused(bo, "GET", "/me/nearby") == (409, "not_seen")
    fair.ok(bo, "PUT", "/me/nearby", here())
    assert seen(fair, bo) == []


def test_whoever_hides_is_gone(fair: Fair, mei: int, bo: int) -> None:
    fair.ok(mei, "PUT", "/me/nearby", here())
    fair.ok(bo, "PUT", "/me/nearby", here())
    fair.ok(mei, "DELETE", "/me/nearby")
    assert seen(fair, bo) == []


def test_the_blocked_do_not_see_each_other(fair: Fair, mei: int, bo: int) -> None:
    fair.ok(mei, "PUT", "/me/nearby", here())
    fair.ok(bo, "PUT", "/me/nearby", here())
    fair.ok(mei, "PUT", f"/people/{bo}/block")
    assert seen(fair, mei) == seen(fair, bo) == []


def test_few_people_are_told_apart_by_nothing(fair: Fair, mei: int, bo: int) -> None:
    """With fewer than twenty around, where somebody is within 30 km makes no difference at all."""
    fair.ok(bo, "PUT", "/me/nearby", here())
    answers = []
    for km in (0, 1, 3, 6):
        fair.pass_time(hours=3)
        fair.ok(bo, "PUT", "/me/nearby", here())
        fair.ok(mei, "PUT", "/me/nearby", here(km))
        answers.append(seen(fair, bo))
    assert answers == [[("阿梅", "under_30")]] * 4, "and what is told is true of six kilometres"


def test_in_a_crowd_the_cell_is_told_by_its_bucket(fair: Fair, mei: int, bo: int) -> None:
    crowd(fair, 20)
    fair.ok(mei, "PUT", "/me/nearby", here())
    fair.ok(bo, "PUT", "/me/nearby", here())
    assert dict(seen(fair, bo))["阿梅"] == "under_1"


def test_the_order_is_drawn_once_a_day(fair: Fair, mei: int, bo: int) -> None:
    crowd(fair, 25)
    fair.ok(mei, "PUT", "/me/nearby", here())
    first = seen(fair, mei)
    assert seen(fair, mei) == first
    fair.ok(bo, "PUT", "/me/nearby", here())
    assert [name for name, _ in seen(fair, bo) if name.startswith("Guest")] != [
        name for name, _ in first if name.startswith("Guest")
    ]


def test_who_is_not_read_for_being_far_away_would_change_nothing(
    fair: Fair, mei: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told is what would be told if everybody on Earth were counted, wherever the edges of the large cells lie."""
    monkeypatch.setattr(queries, "_SHOWN", 1_000)
    rng = random.Random(8)
    guests = fair.cast.crowd(150)
    for town in range(4):
        spots = [(rng.uniform(-75, 75), rng.uniform(-75, 75)) for _ in range(10)]
        homes = {}
        for n, guest in enumerate(guests):
            north, east = spots[n % 10] if n % 4 else (rng.uniform(-150, 150), rng.uniform(-150, 150))
            place = Point(SUZHOU[0] + 15 * town + north * KM, SUZHOU[1] + east * KM)
            homes[guest] = PUBLISHED.cell_of(place)
        homes[mei] = PUBLISHED.cell_of(Point(SUZHOU[0] + 15 * town, SUZHOU[1]))
        fair.db.write_sync(_move, homes=homes)
        found = fair.db.read_sync(queries.neighbours, person_id=mei, cell=homes[mei])
        assert Counter(one.distance for one in found) == _of_everybody(homes, mei)
        assert len(found) < len(guests), "nobody lives far away; then this proves nothing"


def _move(tx: Tx, *, homes: dict[int, int]) -> None:
    tx.execute(sa.delete(nearby_visit))
    until = tx.now.replace(year=tx.now.year + 1)
    tx.execute(
        sa.insert(nearby_visit), [{"person_id": who, "cell": cell, "until": until} for who, cell in homes.items()]
    )


def _of_everybody(homes: dict[int, int], me: int) -> Counter[str]:
    places = {who: PUBLISHED.centre(cell) for who, cell in homes.items()}
    counts = [Counter(grid.cell_of(place) for place in places.values()) for grid in queries._GRIDS]
    grids = {who: queries._coarse(place, counts) for who, place in places.items()}
    told: Counter[str] = Counter()
    for who, place in places.items():
        apart_m = distance_m(grids[me].snap(places[me]), grids[who].snap(place))
        widest_m = max(grids[me].cell_m, grids[who].cell_m)
        slack_m = 0 if widest_m == PUBLISHED.cell_m else widest_m - queries.CELL_SPREAD_M
        bucket = queries.bucket_of(apart_m + slack_m)
        if who != me and bucket != "further":
            told[bucket] += 1
    return told


def test_minors_are_off(fair: Fair) -> None:
    xiaoyu = fair.arrive(fair.cast.xiaoyu)
    assert fair.refused(xiaoyu, "PUT", "/me/nearby", here()) == (403, "not_for_minors")


def test_a_jump_closes_it(fair: Fair, mei: int) -> None:
    fair.ok(mei, "PUT", "/me/nearby", here())
    fair.pass_time(minutes=1)
    assert fair.refused(mei, "PUT", "/me/nearby", here(50)) == (429, "nearby_closed")
