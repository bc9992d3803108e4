"""Who finds whom, by what."""

from datetime import UTC, date, datetime

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.accounts.actions.edit_profile import ProfileChanges, edit_profile
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.actions.request_deletion import request_deletion
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.erase_person import erase_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.remark_person import remark_person
from miaohui.people.graph.search import search_people
from tests.cast import Cast, Person
from tests.house import House
from tests.until_quiet import until_quiet


@pytest.fixture
def town(db: Database, clock: ManualClock, cast: Cast) -> Cast:
    """Everybody has arrived, and can be found."""
    for name in ("mei", "bo", "lan", "hao", "xiaoyu", "omar", "ines"):
        getattr(cast, name)
    until_quiet(db, clock)
    return cast


def found(db: Database, viewer_id: int, text: str, limit: int = 20) -> list[str]:
    people = db.read_sync(search_people, viewer_id=viewer_id, text=text, limit=limit)
    return [one.card.handle for one in people]


def befriend(db: Database, one: int, other: int) -> None:
    db.write_sync(follow_person, follower_id=one, followee_id=other)
    db.write_sync(follow_person, follower_id=other, followee_id=one)


@pytest.mark.parametrize(
    ("asked", "handle"),
    [
        ("梅", "mei_fair"),
        ("阿梅", "mei_fair"),
        (" 阿 梅 ", "mei_fair"),
        ("@mei_fair", "mei_fair"),
        ("MEI_FAIR", "mei_fair"),
        ("ei_f", "mei_fair"),
        ("兰", "lan_fair"),
        ("OMA", "omar_fair"),
        ("\uff4f\uff4d\uff41\uff52", "omar_fair"),  # typed in full width
        ("inês", "ines_fair"),
    ],
)
def test_part_of_a_name_or_a_handle_finds_a_person(db: Database, town: Cast, asked: str, handle: str):
    assert found(db, town.bo, asked) == [handle]


@pytest.mark.parametrize("asked", ["", "  ", "@", "m", "\0", "梅梅", "mei_fare", "%", "_", "🏮"])
def test_what_names_nobody_finds_nobody(db: Database, town: Cast, asked: str):
    assert found(db, town.bo, asked) == []


def test_nobody_finds_themselves(db: Database, town: Cast):
    assert found(db, town.mei, "梅") == []
    assert found(db, town.mei, "@mei_fair") == []


@pytest.mark.parametrize("blocker", ["mei", "hao"])
def test_who_is_blocked_is_never_found_in_either_direction(db: Database, town: Cast, blocker: str):
    one, other = getattr(town, blocker), town.hao if blocker == "mei" else town.mei
    db.write_sync(remark_person, owner_id=town.hao, person_id=town.mei, name="梅姐")
    db.write_sync(block_person, blocker_id=one, blocked_id=other)

    for asked in ("梅", "@mei_fair", "梅姐", "ei_f"):
        assert found(db, town.hao, asked) == []
    assert found(db, town.mei, "浩") == []
    assert found(db, town.bo, "浩") == ["hao_fair"]


def test_a_minor_is_found_by_minors_and_friends_alone(db: Database, town: Cast):
    classmate = town.enter("ming", Person("小明", date(2010, 1, 5), "zh-Hans"))

    for asked in ("小雨", "@xiaoyu_fair"):
        assert found(db, town.hao, asked) == []
        assert found(db, classmate, asked) == ["xiaoyu_fair"]

    # Following the minor, or being followed by them, makes no friend.
    db.write_sync(follow_person, follower_id=town.hao, followee_id=town.xiaoyu)
    db.write_sync(remark_person, owner_id=town.hao, person_id=town.xiaoyu, name="小雨")
    db.write_sync(follow_person, follower_id=town.xiaoyu, followee_id=town.mei)
    assert found(db, town.hao, "小雨") == []
    assert found(db, town.mei, "小雨") == []

    befriend(db, town.xiaoyu, town.lan)
    assert found(db, town.lan, "小雨") == ["xiaoyu_fair"]


def test_a_minor_who_comes_of_age_is_found(db: Database, town: Cast, clock: ManualClock):
    clock.advance(datetime(2028, 9, 14, tzinfo=UTC) - clock.now())

    assert found(db, town.hao, "小雨") == ["xiaoyu_fair"]


def test_ones_own_name_for_somebody_finds_them(db: Database, town: Cast):
    db.write_sync(remark_person, owner_id=town.bo, person_id=town.mei, name="Sugar painter")

    assert found(db, town.bo, "sugar") == ["mei_fair"]
    assert found(db, town.lan, "sugar") == []


def test_a_new_name_is_found_and_the_old_one_is_not(db: Database, town: Cast, clock: ManualClock):
    device_id = db.write_sync(open_session, account_id=town.mei, user_agent="").device_id
    db.write_sync(edit_profile, account_id=town.mei, device_id=device_id, changes=ProfileChanges(nickname="糖画摊主"))
    until_quiet(db, clock)

    assert found(db, town.bo, "糖画") == ["mei_fair"]
    assert found(db, town.bo, "阿梅") == []


def test_who_leaves_is_not_found(db: Database, town: Cast):
    device_id = db.write_sync(open_session, account_id=town.mei, user_agent="").device_id
    db.write_sync(request_deletion, account_id=town.mei, device_id=device_id)
    assert found(db, town.bo, "阿梅") == []

    db.write_sync(erase_person, account_id=town.omar)
    assert found(db, town.bo, "mar") == []


def test_friends_come_first_then_whom_many_follow(db: Database, town: Cast, clock: ManualClock):
    guests = town.crowd(5)
    until_quiet(db, clock)
    db.write_sync(follow_person, follower_id=town.ines, followee_id=guests[3])
    befriend(db, town.bo, guests[4])
    db.write_sync(follow_person, follower_id=town.bo, followee_id=guests[2])

    order = found(db, town.bo, "guest")

    assert order == ["guest4_fair", "guest2_fair", "guest3_fair", "guest0_fair", "guest1_fair"]
    assert found(db, town.bo, "guest", limit=2) == order[:2]
    assert found(db, town.bo, "@guest1_fair")[0] == "guest1_fair"


def test_search_over_http(house: House, db: Database, town: Cast):
    bo = house.member(town.bo)

    answer = bo.ok("GET", "/people", params={"q": "阿梅"})

    assert [one["handle"] for one in answer["items"]] == ["mei_fair"]
    assert answer["items"][0]["relationship"]["following"] is False
    assert house.stranger().refused("GET", "/people", params={"q": "阿梅"}) == (401, "unauthenticated")
    assert bo.refused("GET", "/people", params={"q": ""}) == (400, "invalid_input")
    assert bo.refused("GET", "/people", params={"q": "x" * 49}) == (400, "invalid_input")


def test_nobody_lists_the_town_by_asking(house: House, town: Cast):
    bo = house.member(town.bo)
    for _ in range(40):
        bo.ok("GET", "/people", params={"q": "梅"})

    assert bo.refused("GET", "/people", params={"q": "梅"}) == (429, "too_many_requests")
