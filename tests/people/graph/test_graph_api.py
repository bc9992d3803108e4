"""Ties over HTTP."""

from datetime import timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.graph.events import PersonFollowed
from tests.cast import Cast
from tests.emitted import emitted
from tests.house import House

NOBODY = 4711


def test_follow_be_followed_and_part(house: House, cast: Cast):
    bo, mei = house.member(cast.bo), house.member(cast.mei)

    assert bo.ok("PUT", f"/people/{cast.mei}/follow") == {
        "following": True,
        "followed_by": False,
        "friends": False,
        "blocked": False,
        "muted": False,
        "remark": None,
    }
    assert mei.ok("PUT", f"/people/{cast.bo}/follow")["friends"]
    assert [one["handle"] for one in mei.pages("/me/friends")] == ["bo_fair"]
    assert not bo.ok("DELETE", f"/people/{cast.mei}/follow")["following"]
    assert mei.pages("/me/friends") == []


@pytest.mark.parametrize("tie", ["follow", "block", "mute", "remark"])
def test_every_tie_needs_an_account_another_person_and_a_person_at_all(
    db: Database, house: House, cast: Cast, tie: str
):
    body = {"name": "梅梅"} if tie == "remark" else None
    bo = house.member(cast.bo)

    assert house.stranger().refused("PUT", f"/people/{cast.mei}/{tie}", body) == (401, "unauthenticated")
    assert bo.refused("PUT", f"/people/{NOBODY}/{tie}", body) == (404, "not_found")
    assert bo.refused("DELETE", f"/people/{NOBODY}/{tie}") == (404, "not_found")
    assert bo.refused("PUT", f"/people/mei/{tie}", body) == (404, "not_found")
    assert bo.refused("PUT", f"/people/{cast.bo}/{tie}", body) == (409, f"cannot_{tie}_oneself")
    assert emitted(db, PersonFollowed) == []


def test_lists_tell_how_the_reader_stands_to_each(house: House, cast: Cast, clock: ManualClock):
    for follower in (cast.bo, cast.lan, cast.ines):
        house.member(follower).ok("PUT", f"/people/{cast.mei}/follow")
    bo = house.member(cast.bo)
    clock.advance(timedelta(minutes=1))
    bo.ok("PUT", f"/people/{cast.lan}/follow")

    seen = {one["handle"]: one for one in bo.pages(f"/people/{cast.mei}/followers", limit=1)}

    assert set(seen) == {"bo_fair", "lan_fair", "ines_fair"}
    assert seen["lan_fair"]["relationship"]["following"]
    assert not seen["ines_fair"]["relationship"]["following"]
    assert seen["bo_fair"]["relationship"] is None
    assert all(one["relationship"] is None for one in house.stranger().pages(f"/people/{cast.mei}/followers"))
    assert [one["handle"] for one in house.stranger().pages(f"/people/{cast.bo}/following")] == ["lan_fair", "mei_fair"]


def test_a_block_closes_the_lists_and_only_the_blocker_sees_it(house: House, cast: Cast):
    mei, hao = house.member(cast.mei), house.member(cast.hao)
    house.member(cast.lan).ok("PUT", f"/people/{cast.mei}/follow")

    assert mei.ok("PUT", f"/people/{cast.hao}/block")["blocked"]

    for path in (f"/people/{cast.mei}/followers", f"/people/{cast.mei}/following", "/people/mei_fair"):
        assert hao.refused("GET", path) == (404, "not_found")
    assert hao.refused("PUT", f"/people/{cast.mei}/follow") == (404, "not_found")
    assert mei.refused("PUT", f"/people/{cast.hao}/follow") == (409, "person_is_blocked")
    assert [one["handle"] for one in mei.pages("/me/blocks")] == ["hao_fair"]
    assert hao.pages("/me/blocks") == []
    assert not mei.ok("DELETE", f"/people/{cast.hao}/block")["blocked"]
    assert len(hao.pages(f"/people/{cast.mei}/followers")) == 1


def test_mutes_and_remark_names(house: House, cast: Cast):
    bo = house.member(cast.bo)

    assert bo.ok("PUT", f"/people/{cast.mei}/mute")["muted"]
    assert bo.ok("PUT", f"/people/{cast.mei}/remark", {"name": " 糖画\u202e阿梅 "})["remark"] == "糖画阿梅"
    assert bo.refused("PUT", f"/people/{cast.mei}/remark", {"name": " "}) == (400, "invalid_nickname")
    assert [one["handle"] for one in bo.pages("/me/mutes")] == ["mei_fair"]
    assert bo.ok("DELETE", f"/people/{cast.mei}/remark")["remark"] is None
    assert not bo.ok("DELETE", f"/people/{cast.mei}/mute")["muted"]


@pytest.mark.parametrize("cursor", ["", "x", "💥", "AAAA", "kwEC", "//8=", "a" * 100])
def test_a_made_up_cursor_is_refused(house: House, cast: Cast, cursor: str):
    assert house.member(cast.mei).refused("GET", "/me/friends", params={"cursor": cursor})[0] == 400


@pytest.mark.parametrize("limit", [0, 51, -1, "many"])
def test_pages_have_a_size(house: House, cast: Cast, limit: object):
    assert house.member(cast.mei).refused("GET", "/me/friends", params={"limit": limit}) == (400, "invalid_input")


def test_nobody_makes_ties_by_the_hundred(house: House, cast: Cast):
    bo = house.member(cast.bo)
    for _ in range(30):
        bo.ok("PUT", f"/people/{cast.mei}/follow")
        bo.ok("DELETE", f"/people/{cast.mei}/follow")

    assert bo.refused("PUT", f"/people/{cast.mei}/follow") == (429, "too_many_requests")
