"""Mei blocks Bo, and from that second on they meet nowhere, in neither direction.

Lan is a friend of both, so that there are places enough in which the two could still come across each other.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.shake.events import HelloMutual, ShakeMatched
from miaohui.talk.calls.tables import call
from miaohui.talk.notifications.tables import notice
from tests.cast import Cast
from tests.emitted import emitted
from tests.flows.street import open_street
from tests.flows.village import Village


@pytest.fixture
def village(tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast) -> Iterator[Village]:
    with open_street(tmp_path, database_url, db, clock, cast, kind=Village) as opened:
        opened.settle()
        yield opened


def _rings(v: Village, me: str, you: str) -> bool:
    answer = v.send(me, "POST", "/calls", {"person_id": str(v.id(you))})
    if answer.status_code == 201:
        v.ok(me, "POST", f"/calls/{answer.json()['id']}/ending", {})
    assert answer.status_code in {201, 404}, answer.text
    return answer.status_code == 201


Meets = Callable[[Village, str, str], Any]
MEETS: dict[str, Meets] = {
    "profile": lambda v, me, you: v.works(me, "GET", f"/people/{you}_fair"),
    "search": lambda v, me, you: v.items(me, "/people", q=f"{you}_fair"),
    "friends": lambda v, me, you: [p for p in v.items(me, "/me/friends") if p["id"] == str(v.id(you))],
    "friends of Lan": lambda v, me, you: [
        p for p in v.items(me, f"/people/{v.id('lan')}/followers") if p["id"] == str(v.id(you))
    ],
    "near by": lambda v, me, you: [p for p in v.items(me, "/me/nearby") if p["handle"] == f"{you}_fair"],
    "shaken": lambda v, me, you: v.items(me, "/me/shake-matches"),
    "the card of a shake": lambda v, me, you: v.works(me, "GET", f"/shake-matches/{v.things['match']}"),
    "feed": lambda v, me, you: [c for c in v.items(me, "/feed/for-you") if c["id"] == v.things[f"clip of {you}"]],
    "clip": lambda v, me, you: v.works(me, "GET", f"/videos/{v.things[f'clip of {you}']}"),
    "what one liked": lambda v, me, you: [c for c in v.items(me, "/me/likes") if v.things[f"clip of {you}"] in str(c)],
    "like a clip": lambda v, me, you: v.works(me, "PUT", f"/videos/{v.things[f'clip of {you}']}/like"),
    "comment on a clip": lambda v, me, you: v.works(
        me, "POST", f"/videos/{v.things[f'clip of {you}']}/comments", {"body": "好"}
    ),
    "comments below Lan's clip": lambda v, me, you: [
        c for c in v.items(me, f"/videos/{v.things['clip of lan']}/comments") if c["body"] == f"好茶 says {you}"
    ],
    "reply to a comment": lambda v, me, you: v.works(
        me,
        "POST",
        f"/videos/{v.things['clip of lan']}/comments",
        {"body": "是", "parent_id": v.things[f"comment of {you}"]},
    ),
    "like a comment": lambda v, me, you: v.works(me, "PUT", f"/comments/{v.things[f'comment of {you}']}/like"),
    "moments": lambda v, me, you: [m for m in v.items(me, "/moments") if m["body"] == f"灯 by {you}"],
    "moment": lambda v, me, you: v.works(me, "GET", f"/moments/{v.things[f'moment of {you}']}"),
    "album": lambda v, me, you: (
        v.works(me, "GET", f"/people/{v.id(you)}/moments") and v.items(me, f"/people/{v.id(you)}/moments")
    ),
    "like a moment": lambda v, me, you: v.works(me, "PUT", f"/moments/{v.things[f'moment of {you}']}/like"),
    "comment on a moment": lambda v, me, you: v.works(
        me, "POST", f"/moments/{v.things[f'moment of {you}']}/comments", {"body": "好"}
    ),
    "likes of Lan's moment": lambda v, me, you: [
        p for p in v.ok(me, "GET", f"/moments/{v.things['moment of lan']}")["likes"] if p["id"] == str(v.id(you))
    ],
    "comments below Lan's moment": lambda v, me, you: [
        c
        for c in v.ok(me, "GET", f"/moments/{v.things['moment of lan']}")["comments"]
        if c["author"]["id"] == str(v.id(you))
    ],
    "mood": lambda v, me, you: [m for m in v.items(me, "/moods") if m["person"]["id"] == str(v.id(you))],
    "notices": lambda v, me, you: [
        n for n in v.items(me, "/notifications") if str(v.id(you)) in {p["id"] for p in n["people"]}
    ],
    "conversation": lambda v, me, you: v.works(me, "GET", f"/conversations/{v.things['direct']}"),
    "conversations": lambda v, me, you: [c for c in v.items(me, "/conversations") if c["id"] == v.things["direct"]],
    "open a conversation": lambda v, me, you: v.works(me, "POST", "/conversations", {"person_id": str(v.id(you))}),
    "write": lambda v, me, you: v.works(
        me,
        "POST",
        f"/conversations/{v.things['direct']}/messages",
        {"client_id": f"tries-{me}-{v.clock.now().second}", "kind": "text", "body": {"text": "在吗"}},
    ),
    "type": lambda v, me, you: v.works(me, "POST", f"/conversations/{v.things['direct']}/typing"),
    "presence": lambda v, me, you: (
        v.works(me, "GET", f"/conversations/{v.things['direct']}/presence")
        and v.ok(me, "GET", f"/conversations/{v.things['direct']}/presence")["online"]
    ),
    "words in a group": lambda v, me, you: v.group_words(me, you),
    "members of a group": lambda v, me, you: [
        m for m in v.items(me, f"/conversations/{v.things['group']}/members") if m["person"]["id"] == str(v.id(you))
    ],
    "reply in a group": lambda v, me, you: v.works(
        me,
        "POST",
        f"/conversations/{v.things['group']}/messages",
        {
            "client_id": f"answers-{me}-{v.clock.now().second}",
            "kind": "text",
            "body": {"text": "是"},
            "reply_to_id": v.things[f"said by {you}"],
        },
    ),
    "search of messages": lambda v, me, you: [
        f for f in v.items(me, "/messages", q=f"from {you}") if f["message"]["sender_id"] == str(v.id(you))
    ],
    "group with each other": lambda v, me, you: (
        v.send(me, "POST", "/groups", {"title": "又", "person_ids": [str(v.id(you))]}).status_code == 201
    ),
    "sticker of one's own": lambda v, me, you: any(v.cards(me, v.things[f"sticker of {you}"])),
    "kept stickers": lambda v, me, you: v.ok(me, "GET", "/stickers")["favourites"],
    "keep a sticker": lambda v, me, you: v.works(me, "PUT", f"/stickers/{v.things[f'sticker of {you}']}/favourite"),
    "card of a clip": lambda v, me, you: any(v.cards(me, v.things[f"clip of {you}"])),
    "ring": _rings,
    "follow": lambda v, me, you: v.send(me, "PUT", f"/people/{v.id(you)}/follow").status_code == 200,
}


def met(village: Village, me: str, you: str) -> set[str]:
    return {where for where, meets in MEETS.items() if meets(village, me, you)}


def test_they_meet_everywhere_and_after_the_block_nowhere(village: Village) -> None:
    for name in ("mei", "bo"):
        village.listens(name, f"people:{village.id(name)}:inbox")
    for me, you in (("mei", "bo"), ("bo", "mei")):
        assert set(MEETS) - met(village, me, you) == set(), "a look that never sees anything proves nothing"

    village.ok("mei", "PUT", f"/people/{village.id('bo')}/block")
    village.pass_time(seconds=1)

    assert met(village, "bo", "mei") == set()
    # She must find him to unblock him.
    assert met(village, "mei", "bo") == {"profile"}


def test_open_sockets_fall_silent(village: Village) -> None:
    """What the devices of both heard of each other ends with the block, and so does what they would hear again."""
    group, direct = village.things["group"], village.things["direct"]
    ears = {
        name: village.listens(
            name, f"people:{village.id(name)}:inbox", f"conversations:{group}:live", f"conversations:{direct}:live"
        )
        for name in ("mei", "bo")
    }
    for name, other in (("mei", "bo"), ("bo", "mei")):
        village.ok(name, "POST", f"/conversations/{direct}/typing")
        ears[other].event("typing")
        village.ok(name, "POST", f"/conversations/{group}/typing")
        ears[other].event("typing")
        village.says(name, direct, {"text": "走吗"})
        ears[other].event("message")

    village.ok("mei", "PUT", f"/people/{village.id('bo')}/block")
    for ear in ears.values():
        ear.until(
            lambda frame: frame.get("event") == "conversation_gone" and frame["data"]["conversation_id"] == direct
        )
        ear.until(lambda frame: frame.get("op") == "unsubscribed" and frame["topic"] == f"conversations:{direct}:live")
        ear.forget()
    for name in ("mei", "bo"):
        village.ok(name, "POST", f"/conversations/{group}/typing")
        village.says(name, group, {"text": "still here"})
        assert ears[name].subscribe(f"conversations:{direct}:live")["code"] == "not_found"
    # Lan is heard by both: then all that was to come before has come.
    village.ok("lan", "POST", f"/conversations/{group}/typing")
    for ear in ears.values():
        ear.until(lambda frame: frame.get("data", {}).get("person_id") == str(village.id("lan")))
    village.says("lan", group, {"text": "What is it with you two?"})
    for name, other in (("mei", "bo"), ("bo", "mei")):
        ears[name].until(lambda frame: "What is it" in str(frame))
        assert [f for f in ears[name].frames if _comes_from(f, village.id(other))] == []

    for name, other in (("mei", "bo"), ("bo", "mei")):
        replay = village.listens(name)
        epoch = replay.subscribe(f"people:{village.id(name)}:inbox")["epoch"]
        replay.subscribe(f"people:{village.id(name)}:inbox", epoch=epoch, after=0)
        replay.until(lambda frame: "What is it" in str(frame))
        assert [f for f in replay.frames if _comes_from(f, village.id(other))] == []


def _comes_from(frame: dict[str, Any], person_id: int) -> bool:
    data = frame.get("data", {})
    writer = data.get("message", {}).get("sender_id")
    return str(person_id) in (writer, data.get("person_id"), data.get("reader_id"))


def test_a_call_that_rings_and_one_that_goes_on_end(village: Village) -> None:
    found = village.ok("mei", "POST", "/calls", {"person_id": str(village.id("bo"))})["id"]
    village.ok("bo", "POST", f"/calls/{found}/answer")
    ear = village.listens("bo", f"calls:{found}", f"people:{village.id('bo')}:inbox")

    village.ok("mei", "PUT", f"/people/{village.id('bo')}/block")

    for name in ("mei", "bo"):
        signal = {"peer": "one", "camera": True}
        assert village.refused(name, "POST", f"/calls/{found}/signals", signal) == (404, "not_found")
    village.eventually(lambda: _state(village, found) == "ended")
    ear.until(lambda frame: frame.get("event") in {"call.ended", "ended"})

    village.ok("mei", "DELETE", f"/people/{village.id('bo')}/block")
    for one, other in (("mei", "bo"), ("bo", "mei")):
        village.ok(one, "PUT", f"/people/{village.id(other)}/follow")
    ringing = village.ok("mei", "POST", "/calls", {"person_id": str(village.id("bo"))})["id"]
    village.ok("bo", "PUT", f"/people/{village.id('mei')}/block")
    assert village.refused("bo", "POST", f"/calls/{ringing}/answer") == (404, "not_found")
    village.eventually(lambda: _state(village, ringing) == "ended")


def _state(village: Village, call_id: str) -> str:
    return str(village.db.read_sync(lambda tx: tx.scalar(sa.select(call.c.state).where(call.c.id == int(call_id)))))


@pytest.mark.parametrize("blocker", ["mei", "bo"])
def test_shakes_that_wait_already_do_not_meet(village: Village, blocker: str) -> None:
    """All four wait two kilometres apart, and reach each other after thirty seconds; two of them must not."""
    village.pass_time(days=31)
    for name, km in (("mei", 0), ("bo", 2), ("ines", 500), ("omar", 502)):
        assert village.shake(name, north_km=km)["match"] is None
    other = "bo" if blocker == "mei" else "mei"
    before = len(emitted(village.db, ShakeMatched))
    village.ok(blocker, "PUT", f"/people/{village.id(other)}/block")
    village.pass_time(seconds=31)
    village.eventually(lambda: len(emitted(village.db, ShakeMatched)) > before)
    for name in ("mei", "bo"):
        assert village.shake(name)["match"] is None, "nor do they when they shake side by side"
    assert len(emitted(village.db, ShakeMatched)) == before + 1


def test_a_card_on_its_way_does_not_come_up(village: Village) -> None:
    """They are told of their meeting after the one has blocked the other."""
    from miaohui.people.graph.actions.block_person import block_person

    mei, bo, match = village.id("mei"), village.id("bo"), int(village.things["match"])

    def meet_and_part(tx: Any) -> None:
        tx.emit(ShakeMatched(match_id=match, one_id=mei, other_id=bo, late=False, at=tx.now))
        tx.emit(HelloMutual(match_id=match, one_id=mei, other_id=bo, at=tx.now))
        block_person(tx, blocker_id=mei, blocked_id=bo)

    ears = [village.listens(name, f"people:{village.id(name)}:shakes") for name in ("mei", "bo")]
    village.db.write_sync(meet_and_part)
    for ear in ears:
        ear.event("changed")
        assert [frame["event"] for frame in ear.frames if "event" in frame] == ["changed"]


def test_what_is_on_its_way_does_not_arrive(village: Village) -> None:
    """The handlers of what happened just before the block run after it."""
    from miaohui.people.graph.actions.block_person import block_person
    from miaohui.talk.moments.actions.comment_moment import comment_moment
    from miaohui.talk.moments.actions.post_moment import post_moment

    def all_at_once(tx: Any) -> None:
        mei, bo = village.id("mei"), village.id("bo")
        comment_moment(tx, moment_id=int(village.things["moment of mei"]), author_id=bo, body="on its way")
        post_moment(tx, author_id=bo, body="on its way")
        block_person(tx, blocker_id=mei, blocked_id=bo)

    before = _notices(village)
    village.db.write_sync(all_at_once)
    village.quiet()
    assert _notices(village) == before
    assert "on its way" not in str(village.ok("mei", "GET", "/moments"))


def _notices(village: Village) -> int:
    mine = notice.c.account_id == village.id("mei")
    return int(village.db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(notice).where(mine))))
