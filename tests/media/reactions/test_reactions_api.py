"""Reactions over HTTP."""

import pytest

from miaohui.kit.db import Database
from tests.cast import Cast
from tests.house import HOME, House
from tests.media.shelf import shelve_video


@pytest.fixture
def clip(db: Database, cast: Cast) -> int:
    return shelve_video(db, author_id=cast.mei)


@pytest.mark.parametrize(
    ("act", "flag", "counter"), [("like", "liked", "likes"), ("favourite", "favourited", "favourites")]
)
def test_doing_and_undoing_as_often_as_one_likes(house: House, cast: Cast, clip: int, act, flag, counter):
    bo = house.member(cast.bo)

    for _ in range(2):
        answer = bo.ok("PUT", f"/videos/{clip}/{act}")
        assert answer[flag]
        assert answer["counts"] == {"likes": 0, "favourites": 0, "shares": 0} | {counter: 1}
        assert bo.ok("GET", f"/videos/{clip}/reactions") == answer
    assert not house.stranger().ok("GET", f"/videos/{clip}/reactions")[flag]
    for _ in range(2):
        answer = bo.ok("DELETE", f"/videos/{clip}/{act}")
        assert not answer[flag]
        assert answer["counts"][counter] == 0


def test_a_share_gives_an_address_that_names_nobody(house: House, cast: Cast, clip: int):
    bo = house.member(cast.bo)

    for _ in range(2):
        assert bo.ok("POST", f"/videos/{clip}/share") == {
            "url": f"{HOME}/v/{clip}",
            "counts": {"likes": 0, "favourites": 0, "shares": 1},
        }


@pytest.mark.parametrize(
    ("method", "act"),
    [("PUT", "like"), ("DELETE", "like"), ("PUT", "favourite"), ("DELETE", "favourite"), ("POST", "share")],
)
def test_reacting_needs_an_account_and_a_video(house: House, cast: Cast, clip: int, method: str, act: str):
    bo = house.member(cast.bo)

    assert house.stranger().refused(method, f"/videos/{clip}/{act}") == (401, "unauthenticated")
    assert bo.refused(method, f"/videos/4711/{act}") == (404, "not_found")
    assert bo.refused(method, f"/videos/{'9' * 19}/{act}") == (404, "not_found")
    assert bo.refused(method, f"/videos/abc/{act}") == (404, "not_found")


def test_nobody_sees_counters_of_what_they_may_not_watch(db: Database, house: House, cast: Cast, clip: int):
    hidden = shelve_video(db, author_id=cast.mei, state="processing")
    house.member(cast.mei).ok("PUT", f"/people/{cast.hao}/block")

    assert house.stranger().refused("GET", f"/videos/{hidden}/reactions") == (404, "not_found")
    assert house.member(cast.hao).refused("GET", f"/videos/{clip}/reactions") == (404, "not_found")
    assert house.member(cast.hao).refused("PUT", f"/videos/{clip}/like") == (404, "not_found")


def test_nobody_taps_by_the_hundred(house: House, cast: Cast, clip: int):
    bo = house.member(cast.bo)
    for _ in range(60):
        bo.ok("PUT", f"/videos/{clip}/like")
        bo.ok("DELETE", f"/videos/{clip}/like")

    assert bo.refused("PUT", f"/videos/{clip}/like") == (429, "too_many_requests")
