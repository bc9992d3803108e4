"""A person's page and collections over HTTP."""

from datetime import timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.cast import Cast
from tests.house import House
from tests.media.shelf import shelve_video


def test_a_person_with_their_numbers(db: Database, house: House, cast: Cast):
    clips = [shelve_video(db, author_id=cast.mei) for _ in range(2)]
    shelve_video(db, author_id=cast.mei, state="processing")
    bo, lan = house.member(cast.bo), house.member(cast.lan)
    bo.ok("PUT", f"/people/{cast.mei}/follow")
    for fan in (bo, lan):
        fan.ok("PUT", f"/videos/{clips[0]}/like")
    bo.ok("PUT", f"/videos/{clips[1]}/like")

    seen = bo.ok("GET", "/people/mei_fair")

    assert seen["id"] == str(cast.mei)
    assert seen["counts"] == {"followers": 1, "following": 0, "videos": 2, "likes": 3}
    assert seen["relationship"]["following"]
    assert not seen["is_me"]
    assert house.stranger().ok("GET", "/people/@Mei_Fair") == seen | {"relationship": None, "can_be_written_to": False}
    own = house.member(cast.mei).ok("GET", "/people/mei_fair")
    assert (own["is_me"], own["relationship"]) == (True, None)


@pytest.mark.parametrize(("handle", "status"), [("nobody_here", 404), ("阿梅", 400), ("%00", 400), ("mei fair", 400)])
def test_nobody_by_that_name(house: House, cast: Cast, handle: str, status: int):
    assert house.stranger().refused("GET", f"/people/{handle}")[0] == status


def test_who_blocked_me_is_nobody_and_whom_i_blocked_can_be_found_to_be_unblocked(house: House, cast: Cast):
    mei, hao = house.member(cast.mei), house.member(cast.hao)
    mei.ok("PUT", f"/people/{cast.hao}/block")

    assert hao.refused("GET", "/people/mei_fair") == (404, "not_found")
    assert mei.ok("GET", "/people/hao_fair")["relationship"]["blocked"]


def test_what_one_likes_and_keeps_is_for_ones_own_eyes(db: Database, house: House, cast: Cast, clock: ManualClock):
    clips = [shelve_video(db, author_id=cast.mei) for _ in range(3)]
    by_hao = shelve_video(db, author_id=cast.hao)
    bo = house.member(cast.bo)
    for clip in (*clips, by_hao):
        bo.ok("PUT", f"/videos/{clip}/like")
        clock.advance(timedelta(seconds=1))
    bo.ok("PUT", f"/videos/{clips[0]}/favourite")
    bo.ok("POST", f"/videos/{clips[0]}/comments", {"body": "Mine"})
    bo.ok("PUT", f"/people/{cast.hao}/block")

    likes = bo.pages("/me/likes", limit=2)
    [kept] = bo.pages("/me/favourites")

    assert [one["video"]["id"] for one in likes] == [str(clip) for clip in clips[::-1]]
    assert all(one["liked"] and one["author"]["handle"] == "mei_fair" for one in likes)
    assert kept["counts"] == {"likes": 1, "favourites": 1, "shares": 0, "comments": 1}
    assert (kept["liked"], kept["favourited"]) == (True, True)
    assert house.member(cast.lan).pages("/me/likes") == []
    for path in ("/me/likes", "/me/favourites"):
        assert house.stranger().refused("GET", path) == (401, "unauthenticated")
