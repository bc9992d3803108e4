"""People near by: only who wants it, only in buckets, and never the blocked."""

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.geo import PUBLISHED, Point
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


def test_minors_are_off(fair: Fair) -> None:
    xiaoyu = fair.arrive(fair.cast.xiaoyu)
    assert fair.refused(xiaoyu, "PUT", "/me/nearby", here()) == (403, "not_for_minors")


def test_a_jump_closes_it(fair: Fair, mei: int) -> None:
    fair.ok(mei, "PUT", "/me/nearby", here())
    fair.pass_time(minutes=1)
    assert fair.refused(mei, "PUT", "/me/nearby", here(50)) == (429, "nearby_closed")
