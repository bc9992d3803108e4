"""The list, the bell, the switches: as a person's program sees them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.remark_person import remark_person
from miaohui.talk.notifications.actions.remove_notices import prune_notices, withdraw
from miaohui.talk.notifications.events import NoticesChanged
from miaohui.talk.notifications.handlers import erase_own
from miaohui.talk.notifications.own_export import notices_for_export, wishes_for_export
from miaohui.talk.notifications.tables import notice, notice_person
from tests.cast import Cast
from tests.emitted import emitted
from tests.house import House

Tell = Callable[..., int | None]


def titles(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [one["title"] for one in answer["items"]]


def test_the_list_says_who_did_what_in_the_readers_language(
    notice_house: House, cast: Cast, follow: Tell, clock: ManualClock
) -> None:
    mei = notice_house.member(cast.mei)
    follow(cast.bo, to=cast.mei)
    assert titles(mei.ok("GET", "/notifications")) == ["Bo follows you"]
    clock.advance(timedelta(minutes=1))
    follow(cast.lan, to=cast.mei)
    clock.advance(timedelta(minutes=1))
    follow(cast.ines, to=cast.mei)
    assert titles(mei.ok("GET", "/notifications")) == ["Inês and 2 others follow you"]
    in_chinese = mei.ok("GET", "/notifications", headers={"Cookie": "mh_locale=zh-Hans"})
    assert titles(in_chinese) == ["Inês 和另外 2 人关注了你"]
    (only,) = in_chinese["items"]
    assert [one["handle"] for one in only["people"]] == ["ines_fair", "lan_fair", "bo_fair"]
    assert (only["others"], only["unread"], in_chinese["unread"]) == (0, True, 1)


def test_a_name_that_one_gave_somebody_stands_there_too(
    notice_house: House, cast: Cast, follow: Tell, db: Database
) -> None:
    db.write_sync(remark_person, owner_id=cast.mei, person_id=cast.bo, name="Noodle Bo")
    follow(cast.bo, to=cast.mei)
    assert titles(notice_house.member(cast.mei).ok("GET", "/notifications")) == ["Noodle Bo follows you"]


def test_reading_one_and_all_and_what_came_meanwhile(notice_house: House, cast: Cast, follow: Tell) -> None:
    mei = notice_house.member(cast.mei)
    for n in range(4):
        follow(cast.bo, to=cast.mei, link=f"/v/{n}")
    newest = mei.ok("GET", "/notifications")["items"][0]
    assert mei.ok("PUT", f"/notifications/{newest['id']}/reading") == {"unread": 3, "seq": 4}
    assert mei.ok("POST", "/notifications/reading", {"seq": 2}) == {"unread": 1, "seq": 4}
    assert [one["unread"] for one in mei.ok("GET", "/notifications")["items"]] == [False, True, False, False]
    mei.ok("DELETE", f"/notifications/{newest['id']}")
    assert len(mei.ok("GET", "/notifications")["items"]) == 3
    bo = notice_house.member(cast.bo)
    assert bo.refused("DELETE", f"/notifications/{newest['id']}") == (404, "not_found")
    assert bo.refused("PUT", f"/notifications/{newest['id']}/reading") == (404, "not_found")


def test_after_reading_the_same_begins_anew(notice_house: House, cast: Cast, follow: Tell) -> None:
    mei = notice_house.member(cast.mei)
    follow(cast.bo, to=cast.mei)
    mei.ok("POST", "/notifications/reading", {"seq": 1})
    follow(cast.lan, to=cast.mei)
    found = mei.ok("GET", "/notifications")
    assert titles(found) == ["兰兰 follows you", "Bo follows you"]
    assert found["unread"] == 1


def test_pages_end_where_the_next_begins(notice_house: House, cast: Cast, follow: Tell) -> None:
    mei = notice_house.member(cast.mei)
    for n in range(5):
        follow(cast.bo, to=cast.mei, link=f"/v/{n}")
    assert [one["link"] for one in mei.pages("/notifications", limit=2)] == [f"/v/{n}" for n in (4, 3, 2, 1, 0)]
    assert mei.refused("GET", "/notifications", params={"cursor": "x"}) == (400, "invalid_cursor")


def test_who_is_blocked_is_gone_from_the_list_in_the_same_second(
    notice_house: House, cast: Cast, follow: Tell, db: Database
) -> None:
    mei = notice_house.member(cast.mei)
    follow(cast.hao, to=cast.mei)
    follow(cast.hao, to=cast.mei, link="/v/1")
    follow(cast.bo, to=cast.mei, link="/v/1")
    db.write_sync(block_person, blocker_id=cast.hao, blocked_id=cast.mei)
    found = mei.ok("GET", "/notifications")
    assert (titles(found), found["unread"]) == (["Bo follows you"], 1)
    assert mei.ok("GET", "/notifications/unread")["unread"] == 1


def test_the_bell_counts_no_further_than_anybody_reads(notice_house: House, cast: Cast, follow: Tell) -> None:
    for n in range(103):
        follow(cast.bo, to=cast.mei, link=f"/v/{n}")
    assert notice_house.member(cast.mei).ok("GET", "/notifications/unread")["unread"] == 100


def test_switched_off_everywhere_is_not_even_written_down(
    notice_house: House, cast: Cast, follow: Tell, db: Database
) -> None:
    mei = notice_house.member(cast.mei)
    for channel in ("list", "push", "email"):
        mei.ok("PUT", f"/notifications/settings/graph.followed/{channel}", {"on": False})
    assert follow(cast.bo, to=cast.mei) is None
    mei.ok("PUT", "/notifications/settings/graph.followed/email", {"on": True})
    assert follow(cast.bo, to=cast.mei) is not None, "it may stand in a letter"
    assert mei.ok("GET", "/notifications")["items"] == []
    assert mei.refused("PUT", "/notifications/settings/no.such/push", {"on": True}) == (404, "not_found")
    assert mei.refused("PUT", "/notifications/settings/graph.followed/pigeon", {"on": True})[0] in {400, 404}


def test_settings_come_back_as_they_were_set(notice_house: House, cast: Cast) -> None:
    mei = notice_house.member(cast.mei)
    wanted = {
        "quiet_from": "22:30",
        "quiet_until": "07:00",
        "time_zone": "Europe/Lisbon",
        "details": True,
        "digest": False,
    }
    answer = mei.ok("PATCH", "/notifications/settings", wanted)
    assert {name: answer[name] for name in wanted} == wanted
    people = next(group for group in answer["groups"] if group["group"] == "people")
    followed = next(kind for kind in people["kinds"] if kind["kind"] == "graph.followed")
    assert followed == {
        "kind": "graph.followed", "label": "Somebody follows me", "list": True, "push": True, "email": True,
    }  # fmt: skip
    off = mei.ok("PATCH", "/notifications/settings", {"quiet_from": "", "quiet_until": ""})
    assert (off["quiet_from"], off["quiet_until"], off["details"]) == (None, None, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22:30"},
        {"quiet_from": "24:00", "quiet_until": "07:00"},
        {"quiet_from": "07:00", "quiet_until": "07:00"},
        {"time_zone": "Moon/Sea_of_Tranquillity"},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_hours_that_no_clock_shows_are_refused(notice_house: House, cast: Cast, wrong: dict[str, str]) -> None:
    mei = notice_house.member(cast.mei)
    assert mei.refused("PATCH", "/notifications/settings", wrong) == (400, "invalid_quiet_hours")


def test_taking_back_what_is_no_longer_so(notice_house: House, cast: Cast, follow: Tell, db: Database) -> None:
    mei = notice_house.member(cast.mei)
    follow(cast.bo, to=cast.mei)
    follow(cast.lan, to=cast.mei)
    gone = {"to_id": cast.mei, "kind": "graph.followed", "subject": "/me"}
    db.write_sync(withdraw, **gone, about_id=cast.lan)
    assert titles(mei.ok("GET", "/notifications")) == ["Bo follows you"]
    db.write_sync(withdraw, **gone, about_id=cast.bo)
    assert mei.ok("GET", "/notifications")["items"] == []


def test_every_change_tells_the_open_pages(notice_house: House, cast: Cast, follow: Tell, db: Database) -> None:
    mei = notice_house.member(cast.mei)
    follow(cast.bo, to=cast.mei)
    mei.ok("POST", "/notifications/reading", {"seq": 1})
    mei.ok("POST", "/notifications/reading", {"seq": 1})
    assert len(emitted(db, NoticesChanged)) == 2, "the second reading changed nothing"


def test_leaving_takes_everything_along(notice_house: House, cast: Cast, follow: Tell, db: Database) -> None:
    follow(cast.bo, to=cast.mei)
    follow(cast.mei, to=cast.bo)
    notice_house.member(cast.bo).ok("PATCH", "/notifications/settings", {"details": True})
    db.write_sync(erase_own, AccountDeleted(account_id=cast.bo))
    assert notice_house.member(cast.mei).ok("GET", "/notifications")["items"] == []
    for table in (notice, notice_person):
        assert db.read_sync(lambda tx, table=table: tx.scalar(sa.select(sa.func.count()).select_from(table))) == 0


def test_a_copy_of_ones_data_says_what_one_was_told(
    notice_house: House, cast: Cast, follow: Tell, db: Database
) -> None:
    follow(cast.bo, to=cast.mei)
    (told,) = db.read_sync(lambda tx: list(notices_for_export(tx, cast.mei)))
    assert (told.title, told.link, told.read) == ("Bo 关注了你", "/me", False)
    wishes = db.read_sync(lambda tx: list(wishes_for_export(tx, cast.mei)))
    assert {one.setting for one in wishes} >= {"quiet_from", "details", "digest"}
    assert any(one.kind == "graph.followed" and "push" in one.channels for one in wishes)


def test_after_three_months_it_is_forgotten(
    notice_house: House, cast: Cast, follow: Tell, db: Database, clock: ManualClock
) -> None:
    follow(cast.bo, to=cast.mei, dedupe="once")
    clock.advance(timedelta(days=91))
    follow(cast.bo, to=cast.mei, link="/v/1")
    db.write_sync(prune_notices)
    assert [one["link"] for one in notice_house.member(cast.mei).ok("GET", "/notifications")["items"]] == ["/v/1"]
    assert follow(cast.bo, to=cast.mei, dedupe="once") is not None
