"""From a shake to a talk, and the ladder for who shakes alone: over HTTP and the socket, with the worker beside it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.ids import format_id
from miaohui.people.graph.actions.block_person import block_person
from miaohui.talk.notifications.tables import notice
from tests.cast import Cast
from tests.discovery.feed.fair import shelve
from tests.flows.street import Street, open_street
from tests.people.shake.fair import SUZHOU
from tests.until_quiet import until_quiet

PLACE = {"place": {"latitude": SUZHOU[0], "longitude": SUZHOU[1]}}


@pytest.fixture
def street(tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast) -> Iterator[Street]:
    with open_street(tmp_path, database_url, db, clock, cast, kind=Street) as opened:
        yield opened


def hello(street: Street, match_id: str, *names: str) -> None:
    for name in names:
        street.ok(name, "PUT", f"/shake-matches/{match_id}/answer", {"answer": "hello"})


def talks_with(street: Street, name: str) -> list[str]:
    return [one["other"]["nickname"] for one in street.items(name, "/conversations")]


def test_two_hellos_open_a_conversation_for_both(street: Street) -> None:
    ears = {name: street.listens(name, f"people:{street.id(name)}:inbox") for name in ("mei", "bo")}
    street.shake("mei")
    match = street.shake("bo")["match"]["id"]
    hello(street, match, "mei")
    street.quiet()
    assert talks_with(street, "mei") == talks_with(street, "bo") == []

    hello(street, match, "bo")

    for name, other in (("mei", "Bo"), ("bo", "阿梅")):
        opened = ears[name].event("conversation")["data"]["conversation"]
        assert (opened["title"], opened["state"], opened["folder"]) == (other, "open", "inbox")
        assert talks_with(street, name) == [other]
        link = {"client_id": f"hello-{name}", "kind": "text", "body": {"text": "https://fair.example"}}
        street.ok(name, "POST", f"/conversations/{opened['id']}/messages", link)


def test_a_hello_after_the_minute_opens_nothing(street: Street) -> None:
    street.shake("mei")
    match = street.shake("bo")["match"]["id"]
    hello(street, match, "mei")
    street.pass_time(seconds=60)
    late = street.refused("bo", "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    assert late == (409, "hello_too_late")
    street.quiet()
    assert talks_with(street, "mei") == talks_with(street, "bo") == []


ANYWHERE = 20_100_000
BEIJING_KM, SHENYANG_KM = 960, 1_170


def like(street: Street, **captions: str) -> None:
    """Let everybody like a clip, and wait until that is known of them."""
    # What is in one clip alone or in every one says nothing of who likes it.
    others = [f"#{word}" for word in "雨雪风云"]
    shelved = [
        street.db.write_sync(shelve, author_id=street.id("ines"), caption=caption)
        for caption in (*captions.values(), *captions.values(), *others)
    ]
    street.quiet()
    for name, clip in zip(captions, shelved, strict=False):
        street.ok(name, "PUT", f"/videos/{format_id(clip)}/like")
    street.quiet()
    street.eventually(lambda: all("topic" in {one["kind"] for one in _interests(street, name)} for name in captions))


def _interests(street: Street, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = street.ok(name, "GET", "/interests")["interests"]
    return found


def test_two_cities_apart_meet_by_what_both_like(street: Street) -> None:
    """Mei and Bo both like tea; Lan likes cats, and Hao likes tea and wants nobody from elsewhere."""
    like(street, mei="功夫茶 #茶 #灯笼", bo="早上的茶 #茶 #bus", lan="#猫", hao="#茶")
    ears = {name: street.listens(name, f"people:{street.id(name)}:shakes") for name in ("mei", "bo")}
    assert street.shake("mei", widest_m=ANYWHERE)["ticket"]["widest_m"] == ANYWHERE
    street.shake("hao", north_km=SHENYANG_KM)
    street.shake("lan", north_km=-BEIJING_KM, widest_m=ANYWHERE)
    street.shake("bo", north_km=BEIJING_KM, widest_m=ANYWHERE)

    street.pass_time(seconds=99)
    mine = street.ok("mei", "GET", "/me/shake")
    assert (mine["match"], mine["ticket"]["reach_m"]) == (None, 30_000), "first the city"
    street.pass_time(seconds=1)

    for name, other in (("mei", "Bo"), ("bo", "阿梅")):
        card = ears[name].event("matched")["data"]
        assert (card["nickname"], card["distance"], card["shared_interests"]) == (other, "further", ["茶"])
        assert [card[hidden] for hidden in ("person_id", "handle")] == [None, None]
    lonely = {name: street.ok(name, "GET", "/me/shake") for name in ("lan", "hao")}
    assert [one["match"] for one in lonely.values()] == [None, None]
    assert [one["ticket"]["reach_m"] for one in lonely.values()] == [ANYWHERE, 30_000]
    hello(street, card["id"], "mei", "bo")
    street.quiet()
    assert talks_with(street, "mei") == ["Bo"]


def test_who_likes_nothing_yet_looks_in_the_city_and_is_told_so(street: Street) -> None:
    waiting = street.shake("mei", widest_m=ANYWHERE)["ticket"]
    assert waiting["widest_m"] == 30_000
    street.pass_time(seconds=110)
    assert street.ok("mei", "GET", "/me/shake")["ticket"]["reach_m"] == 30_000


def test_anywhere_is_not_for_the_blocked_nor_for_who_met_lately(street: Street) -> None:
    like(street, mei="#茶", bo="#茶", hao="#茶")
    street.shake("mei")
    street.shake("bo")
    street.db.write_sync(block_person, blocker_id=street.id("hao"), blocked_id=street.id("mei"))
    street.pass_time(hours=6)
    for name, km in (("mei", 0), ("bo", BEIJING_KM), ("hao", -SHENYANG_KM)):
        street.shake(name, north_km=km, widest_m=ANYWHERE)
    ear = street.listens("bo", f"people:{street.id('bo')}:shakes")
    street.pass_time(seconds=100)
    assert ear.event("matched")["data"]["nickname"] == "浩哥"
    mine = street.ok("mei", "GET", "/me/shake")
    assert (mine["match"], mine["ticket"]["reach_m"]) == (None, ANYWHERE)


def test_who_missed_each_other_is_shown_to_each_other_the_day_after(street: Street) -> None:
    """Three of a district stand on the list; Hao has blocked Mei, and one from another city is not near."""
    far = {"place": {"latitude": 39.9, "longitude": 116.4}}
    for name in ("mei", "bo", "hao"):
        street.ok(name, "PUT", "/me/missed-shakes", PLACE)
    street.ok("omar", "PUT", "/me/missed-shakes", far)
    street.db.write_sync(block_person, blocker_id=street.id("hao"), blocked_id=street.id("mei"))
    assert street.ok("mei", "GET", "/me/shake")["on_missed_list"]
    street.pass_time(hours=5)
    until_quiet(street.db, street.clock)

    met = {name: [one["nickname"] for one in street.items(name, "/me/shake-matches")] for name in ("mei", "bo", "hao")}
    assert (met["mei"], sorted(met["bo"]), met["hao"]) == (["Bo"], ["浩哥", "阿梅"], ["Bo"])
    assert street.items("omar", "/me/shake-matches") == []
    (card,) = street.items("mei", "/me/shake-matches")
    assert card["late"]
    assert [n["kind"] for n in street.items("mei", "/notifications")] == ["shake.met"]
    street.pass_time(hours=23)
    hello(street, card["id"], "mei", "bo")
    street.quiet()
    assert talks_with(street, "mei") == ["Bo"]
    assert not street.ok("mei", "GET", "/me/shake")["on_missed_list"], "the list of a day ends with it"


def test_a_rendezvous_tells_about_how_many_come_and_calls_them_on_the_hour(street: Street) -> None:
    guests = [f"guest{n}" for n in range(6)]
    for name, person_id in zip(guests, street.cast.crowd(6), strict=True):
        setattr(street.cast, name, person_id)
    street.ok("mei", "PUT", "/me/rendezvous", PLACE)
    counts = []
    for name in guests:
        street.ok(name, "PUT", "/me/rendezvous", PLACE)
        counts.append(street.ok("mei", "GET", "/me/shake")["rendezvous"]["coming"])
    assert counts == [{"at_least": 1, "below": 5}] * 4 + [{"at_least": 5, "below": 10}] * 2, "never how many exactly"
    street.ok("guest0", "DELETE", "/me/rendezvous")
    until_quiet(street.db, street.clock)
    assert _told(street) == set()
    ear = street.listens("mei", f"people:{street.id('mei')}:shakes", f"people:{street.id('mei')}:notices")

    street.pass_time(minutes=30)
    until_quiet(street.db, street.clock)
    ear.event("rendezvous")
    ear.until(lambda frame: frame.get("event") == "unread" and frame["data"]["unread"] == 1)
    listed = street.items("mei", "/notifications")
    assert [(one["kind"], one["link"]) for one in listed] == [("shake.rendezvous", "/shake")], "without any push"
    assert _told(street) == {street.id(name) for name in ("mei", *guests[1:])}
    assert street.ok("mei", "GET", "/me/shake")["rendezvous"]["coming"] is None, "where they were is forgotten"


def _told(street: Street) -> set[int]:
    called = sa.select(notice.c.account_id).where(notice.c.kind == "shake.rendezvous")
    return set(street.db.read_sync(lambda tx: tx.scalars(called)))


MINORS: list[tuple[str, str, Any]] = [
    ("POST", "/shakes", {"ticket_id": "ticket-minor", **PLACE}),
    ("PUT", "/me/nearby", PLACE),
    ("PUT", "/me/rendezvous", PLACE),
    ("PUT", "/me/missed-shakes", PLACE),
    ("POST", "/me/venues", {"name": "Tea"}),
]


def test_a_minor_is_met_by_no_stranger(street: Street) -> None:
    """Xiaoyu is fifteen; Mei is her friend and Bo a stranger who was told her name."""
    xiaoyu, bo = str(street.id("xiaoyu")), str(street.id("bo"))
    for method, path, body in MINORS:
        assert street.refused("xiaoyu", method, path, body) == (403, "not_for_minors"), path
    for one, other in (("mei", "xiaoyu"), ("xiaoyu", "mei"), ("mei", "bo"), ("bo", "mei")):
        street.ok(one, "PUT", f"/people/{street.id(other)}/follow")
    street.ok("bo", "PUT", f"/people/{xiaoyu}/follow")
    with_mei = street.ok("mei", "POST", "/conversations", {"person_id": xiaoyu})
    assert with_mei["state"] == "open"

    for one, other in (("bo", xiaoyu), ("xiaoyu", bo)):
        assert street.refused(one, "POST", "/conversations", {"person_id": other}) == (403, "friends_only")
        assert street.refused(one, "POST", "/calls", {"person_id": other}) == (403, "calls_are_for_friends")
    assert street.items("bo", "/people", q="xiaoyu_fair") == []
    assert [one["id"] for one in street.items("mei", "/people", q="xiaoyu_fair")] == [xiaoyu]
    together = {"title": "灯会", "person_ids": [xiaoyu, bo]}
    assert street.refused("mei", "POST", "/groups", together) == (403, "friends_only"), "in a group all would write"
    street.token("lan")
    offered = [street.ok(name, "GET", "/people/xiaoyu_fair")["can_be_written_to"] for name in ("mei", "bo")]
    assert offered == [True, False]
    assert [street.ok("bo", "GET", f"/people/{name}_fair")["can_be_written_to"] for name in ("mei", "lan")] == [
        True
    ] * 2


def test_a_sponsor_is_shown_only_to_who_has_waited_in_vain(street: Street, market: Any, tmp_path: Path) -> None:
    from tests.commerce.sponsorships.campaigns import Fair

    fair = Fair(market)
    fair.campaign(latitude=SUZHOU[0], longitude=SUZHOU[1])

    def asked() -> Any:
        return street.ok("mei", "POST", "/me/shake/sponsor")["sponsor"]

    assert street.refused("mei", "POST", "/me/shake/sponsor") == (409, "not_shaking")
    street.shake("mei")
    assert asked() is None
    street.pass_time(seconds=14.9)
    assert asked() is None
    street.clock.advance(timedelta(seconds=0.2))
    card = asked()
    assert card is not None
    assert asked()["id"] == card["id"], "the same shake gets the same card"
    assert street.shake("bo")["match"] is not None, "a person comes before any sponsor"
    assert street.refused("mei", "POST", "/me/shake/sponsor") == (409, "not_shaking")
