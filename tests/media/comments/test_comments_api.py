"""Comments over HTTP."""

import uuid

import pytest

from miaohui.kit.db import Database
from miaohui.kit.ids import format_id
from tests.cast import Cast
from tests.house import House, Visitor
from tests.media.shelf import shelve_video


@pytest.fixture
def clip(db: Database, cast: Cast) -> int:
    return shelve_video(db, author_id=cast.mei)


def say(visitor: Visitor, clip: int, body: str, **more: str):
    """Post a comment and return it."""
    return visitor.ok("POST", f"/videos/{clip}/comments", {"body": body, **more})


def test_a_talk_as_everybody_reads_it(house: House, cast: Cast, clip: int):
    bo, mei, lan = (house.member(who) for who in (cast.bo, cast.mei, cast.lan))

    question = say(bo, clip, "Where is it?")
    answer = say(mei, clip, "桥边", parent_id=question["id"])
    thanks = say(lan, clip, "我也去", parent_id=answer["id"])

    assert question["author"]["handle"] == "bo_fair"
    assert (question["mine"], question["can_delete"], question["deleted"]) == (True, True, False)
    assert (answer["thread_id"], answer["parent_id"]) == (question["id"], question["id"])
    assert answer["reply_to"]["handle"] == "bo_fair"
    assert (thanks["thread_id"], thanks["reply_to"]["handle"]) == (question["id"], "mei_fair")
    [seen] = house.stranger().pages(f"/videos/{clip}/comments")
    assert seen == question | {"replies": 2, "mine": False, "can_delete": False}
    assert [one["id"] for one in house.stranger().pages(f"/comments/{question['id']}/replies", limit=1)] == [
        answer["id"],
        thanks["id"],
    ]
    assert [one["can_delete"] for one in mei.pages(f"/videos/{clip}/comments")] == [True]


def test_a_resend_with_the_same_key_gets_the_first_result(house: House, cast: Cast, clip: int):
    bo, key = house.member(cast.bo), {"Idempotency-Key": str(uuid.uuid4())}
    path, body = f"/videos/{clip}/comments", {"body": "Once"}

    first, again = (bo.ok("POST", path, body, headers=key) for _ in range(2))
    as_field = bo.ok("POST", path, body | {"client_id": key["Idempotency-Key"]})

    assert first == again == as_field
    assert len(bo.pages(path)) == 1
    assert bo.refused("POST", path, {"body": "Other words"}, headers=key) == (409, "idempotency_key_reused")
    assert bo.refused("POST", path, body, headers={"Idempotency-Key": "a b"}) == (400, "invalid_input")


def test_a_resend_gets_the_first_result_also_when_the_door_has_closed_since(house: House, cast: Cast, clip: int):
    hao, key = house.member(cast.hao), {"Idempotency-Key": "tap-1"}
    path, body = f"/videos/{clip}/comments", {"body": "Was I heard?"}
    first = hao.ok("POST", path, body, headers=key)
    house.member(cast.mei).ok("PUT", f"/people/{cast.hao}/block")

    assert hao.ok("POST", path, body, headers=key) == first
    assert hao.refused("POST", path, body) == (404, "not_found")


def test_sorting_and_liking(house: House, cast: Cast, clip: int):
    bo, lan = house.member(cast.bo), house.member(cast.lan)
    posted = [say(bo, clip, f"no. {n}")["id"] for n in range(4)]

    for _ in range(2):
        assert lan.ok("PUT", f"/comments/{posted[1]}/like") == {"liked": True, "likes": 1}
    newest = [one["id"] for one in lan.pages(f"/videos/{clip}/comments", limit=2)]
    most_liked = lan.pages(f"/videos/{clip}/comments", sort="most_liked", limit=2)

    assert newest == posted[::-1]
    assert [one["id"] for one in most_liked] == [posted[1], posted[3], posted[2], posted[0]]
    assert [one["liked"] for one in most_liked] == [True, False, False, False]
    assert lan.ok("DELETE", f"/comments/{posted[1]}/like") == {"liked": False, "likes": 0}
    assert lan.refused("GET", f"/videos/{clip}/comments", params={"sort": "loudest"}) == (400, "invalid_input")


def test_an_empty_place_keeps_its_replies_but_neither_name_nor_words(house: House, cast: Cast, clip: int):
    bo, lan = house.member(cast.bo), house.member(cast.lan)
    root = say(bo, clip, "first")
    reply = say(lan, clip, "second", parent_id=root["id"])

    for _ in range(2):
        bo.ok("DELETE", f"/comments/{root['id']}")

    [place] = lan.pages(f"/videos/{clip}/comments")
    assert (place["deleted"], place["author"], place["body"], place["can_delete"]) == (True, None, None, False)
    [seen] = lan.pages(f"/comments/{root['id']}/replies")
    assert seen["id"] == reply["id"]
    assert seen["reply_to"] is None
    assert lan.refused("PUT", f"/comments/{root['id']}/like") == (404, "not_found")
    assert lan.refused("POST", f"/videos/{clip}/comments", {"body": "x", "parent_id": root["id"]}) == (404, "not_found")


def test_only_who_wrote_it_and_whose_video_it_is_may_delete(house: House, cast: Cast, clip: int):
    said = say(house.member(cast.bo), clip, "stays a while")
    path = f"/comments/{said['id']}"

    assert house.stranger().refused("DELETE", path) == (401, "unauthenticated")
    assert house.member(cast.lan).refused("DELETE", path) == (403, "forbidden")
    house.member(cast.mei).ok("DELETE", path)
    assert house.member(cast.lan).refused("DELETE", path) == (404, "not_found")


def test_who_is_blocked_sees_no_comment_and_no_name(house: House, cast: Cast, clip: int):
    bo, hao, lan = (house.member(who) for who in (cast.bo, cast.hao, cast.lan))
    haos = say(hao, clip, "I was here")
    lans = say(lan, clip, "欢迎", parent_id=haos["id"])
    bos = say(bo, clip, "Hello")
    answered = say(hao, clip, "Hm", parent_id=bos["id"])
    to_hao = say(lan, clip, "别这样", parent_id=answered["id"])
    bo.ok("PUT", f"/people/{cast.hao}/block")

    assert [one["id"] for one in bo.pages(f"/videos/{clip}/comments")] == [bos["id"]]
    [seen] = bo.pages(f"/comments/{bos['id']}/replies")
    assert (seen["id"], seen["reply_to"]) == (to_hao["id"], None)
    for hidden in (haos, lans, answered):
        assert bo.refused("PUT", f"/comments/{hidden['id']}/like") == (404, "not_found")
    assert bo.refused("GET", f"/comments/{haos['id']}/replies") == (404, "not_found")
    assert [one["id"] for one in hao.pages(f"/videos/{clip}/comments")] == [haos["id"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"body": "   "}, "invalid_comment"),
        ({"body": "\u0000"}, "invalid_comment"),
        ({"body": "庙" * 501}, "invalid_comment"),
        ({"body": ""}, "invalid_input"),
        ({"body": "庙" * 5000}, "invalid_input"),
        ({"body": 7}, "invalid_input"),
        ({"body": "x", "parent_id": 7}, "invalid_input"),
        ({"body": "x", "parent_id": "-7"}, "invalid_input"),
        ({}, "invalid_input"),
        ([], "invalid_input"),
    ],
)
def test_unfit_input_is_refused_and_says_why(house: House, cast: Cast, clip: int, body: object, code: str):
    answer = house.member(cast.bo).send("POST", f"/videos/{clip}/comments", body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    if code == "invalid_comment":
        assert answer.json()["detail"]
    elif isinstance(body, dict) and body:
        assert answer.json()["errors"][0]["pointer"] in {"/body", "/parent_id"}
    assert house.stranger().pages(f"/videos/{clip}/comments") == []


def test_what_is_not_there_is_not_found(db: Database, house: House, cast: Cast, clip: int):
    bo = house.member(cast.bo)
    hidden = shelve_video(db, author_id=cast.mei, state="processing")

    assert bo.refused("GET", f"/videos/{hidden}/comments") == (404, "not_found")
    assert bo.refused("POST", f"/videos/{hidden}/comments", {"body": "x"}) == (404, "not_found")
    assert bo.refused("GET", "/comments/4711/replies") == (404, "not_found")
    assert bo.refused("DELETE", "/comments/4711") == (404, "not_found")
    assert bo.refused("GET", f"/videos/{clip}/comments", params={"cursor": "1.x", "sort": "most_liked"})[0] == 400
    assert house.stranger().refused("POST", f"/videos/{clip}/comments", {"body": "x"}) == (401, "unauthenticated")


def test_nobody_talks_like_a_machine(house: House, cast: Cast, clip: int):
    bo = house.member(cast.bo)
    for n in range(20):
        say(bo, clip, f"no. {n}")

    assert bo.refused("POST", f"/videos/{clip}/comments", {"body": "one more"}) == (429, "too_many_requests")
    assert len(bo.pages(f"/videos/{clip}/comments", limit=50)) == 20
    assert format_id(cast.bo) == bo.pages(f"/videos/{clip}/comments", limit=50)[0]["author"]["id"]
