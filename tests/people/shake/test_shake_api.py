"""Shaking over the API: who meets, what they see of each other, and who may."""

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.shake.events import HelloMutual, ShakeEnded, ShakeMatched
from miaohui.people.shake.tables import shake_match, shake_ticket
from tests.emitted import emitted
from tests.people.shake.fair import SUZHOU, Fair

KM = 180 / 20015.1


def north(km: float) -> tuple[float, float]:
    return SUZHOU[0] + km * KM, SUZHOU[1]


def tickets(fair: Fair) -> list[tuple[object, ...]]:
    def read(tx: Tx) -> list[tuple[object, ...]]:
        return [tuple(row) for row in tx.execute(sa.select(shake_ticket))]

    return fair.db.read_sync(read)


@pytest.fixture
def mei(fair: Fair) -> int:
    return fair.arrive(fair.cast.mei)


@pytest.fixture
def bo(fair: Fair) -> int:
    return fair.arrive(fair.cast.bo)


def meet(fair: Fair, one: int, other: int) -> str:
    fair.shake(one)
    return str(fair.shake(other)["match"]["id"])


def test_two_shake_and_see_each_other_coarsely(fair: Fair, mei: int, bo: int) -> None:
    waiting = fair.shake(mei)
    assert waiting["match"] is None
    assert waiting["ticket"]["reach_m"] == 1_000
    assert waiting["around"] == {"at_least": 0, "below": 1}
    seen_by_bo = fair.shake(bo)["match"]
    seen_by_mei = fair.ok(mei, "GET", "/me/shake")["match"]
    assert seen_by_bo["nickname"] == "阿梅"
    assert seen_by_mei["nickname"] == "Bo"
    assert seen_by_bo["id"] == seen_by_mei["id"]
    assert seen_by_bo["distance"] == "under_1"
    assert [seen_by_bo[hidden] for hidden in ("person_id", "handle")] == [None, None]
    assert str(mei) not in str(seen_by_bo)
    assert [(e.one_id, e.other_id, e.late) for e in emitted(fair.db, ShakeMatched)] == [(*sorted((mei, bo)), False)]
    assert tickets(fair) == [], "where they were went with their tickets"


def test_who_waits_is_written_as_a_cell_and_forgotten(fair: Fair, mei: int) -> None:
    fair.shake(mei, at=(31.29876543, 120.61234567))
    (row,) = tickets(fair)
    assert all(str(digits) not in repr(row) for digits in ("29876", "61234"))
    fair.pass_time(seconds=121)
    assert tickets(fair) == []
    assert [event.person_id for event in emitted(fair.db, ShakeEnded)] == [mei]


def test_a_hello_of_both_opens_the_way(fair: Fair, mei: int, bo: int) -> None:
    match = meet(fair, mei, bo)
    mine = fair.ok(mei, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    assert (mine["my_answer"], mine["mutual"], mine["handle"]) == ("hello", False, None)
    assert fair.ok(bo, "GET", f"/shake-matches/{match}")["my_answer"] is None, "a hello is not told before one's own"
    assert emitted(fair.db, HelloMutual) == []
    theirs = fair.ok(bo, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    assert (theirs["mutual"], theirs["handle"], theirs["person_id"]) == (True, "mei_fair", str(mei))
    fair.ok(bo, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    assert [(e.one_id, e.other_id) for e in emitted(fair.db, HelloMutual)] == [tuple(sorted((mei, bo)))]


def test_a_no_looks_like_silence(fair: Fair, mei: int, bo: int) -> None:
    match = meet(fair, mei, bo)
    before = fair.ok(mei, "GET", f"/shake-matches/{match}")
    fair.ok(bo, "PUT", f"/shake-matches/{match}/answer", {"answer": "no"})
    assert fair.ok(mei, "GET", f"/shake-matches/{match}") == before
    assert fair.ok(mei, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})["mutual"] is False
    assert fair.ok(bo, "GET", "/me/shake")["match"] is None
    assert emitted(fair.db, HelloMutual) == []


def test_a_hello_has_a_minute(fair: Fair, mei: int, bo: int) -> None:
    match = meet(fair, mei, bo)
    fair.ok(mei, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    fair.pass_time(seconds=60)
    refused = fair.refused(bo, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    assert refused == (409, "hello_too_late")
    assert fair.ok(mei, "GET", "/me/shake-matches")["items"] == []
    assert emitted(fair.db, HelloMutual) == []


def test_who_stays_listed_is_met_late_and_has_a_day(fair: Fair, mei: int, bo: int) -> None:
    fair.shake(mei)
    assert fair.ok(mei, "PUT", "/me/shake/listing")["ticket"]["listed"]
    fair.pass_time(minutes=25)
    assert fair.shake(bo, at=north(25))["match"]["late"]
    fair.pass_time(hours=23)
    (card,) = fair.ok(mei, "GET", "/me/shake-matches")["items"]
    assert card["distance"] == "under_30"
    for person in (mei, bo):
        card = fair.ok(person, "PUT", f"/shake-matches/{card['id']}/answer", {"answer": "hello"})
    assert card["mutual"]


def test_staying_listed_needs_a_shake(fair: Fair, mei: int) -> None:
    assert fair.refused(mei, "PUT", "/me/shake/listing") == (409, "not_shaking")


def test_the_same_ticket_again_is_the_same_shake(fair: Fair, mei: int, bo: int) -> None:
    mine = fair.ticket()
    first = fair.ok(mei, "POST", "/shakes", mine)
    assert fair.ok(mei, "POST", "/shakes", mine) == first
    met = fair.shake(bo)["match"]["id"]
    assert fair.ok(mei, "POST", "/shakes", mine)["match"]["id"] == met
    assert fair.ok(mei, "GET", "/me/shake")["ticket"] is None


def test_two_who_met_do_not_meet_again_for_thirty_days(fair: Fair, mei: int, bo: int) -> None:
    meet(fair, mei, bo)
    fair.shake(mei)
    assert fair.shake(bo)["match"] is None or fair.shaking.pool.waiting() == 2
    assert fair.shaking.pool.waiting() == 2
    fair.pass_time(days=31)
    fair.shake(mei)
    assert fair.shake(bo)["ticket"] is None
    assert len(emitted(fair.db, ShakeMatched)) == 2


def test_the_blocked_never_meet(fair: Fair, mei: int, bo: int) -> None:
    fair.ok(mei, "PUT", f"/people/{bo}/block")
    fair.shake(bo)
    assert fair.shake(mei)["match"] is None
    fair.pass_time(seconds=119)
    assert emitted(fair.db, ShakeMatched) == []


def test_a_block_while_both_wait_counts_at_once(fair: Fair, mei: int, bo: int) -> None:
    fair.shake(mei)
    fair.shake(bo, at=north(2))
    fair.ok(mei, "PUT", f"/people/{bo}/block")
    # Whether or not the pool has heard of it: what it claims is looked at again.
    fair.pass_time(seconds=35)
    assert emitted(fair.db, ShakeMatched) == []
    assert fair.shaking.pool.waiting() == 2
    lan = fair.arrive(fair.cast.lan)
    assert fair.shake(lan)["match"] is not None, "they can still meet others"


def test_a_block_after_the_meeting_counts_at_once(fair: Fair, mei: int, bo: int) -> None:
    match = meet(fair, mei, bo)
    fair.ok(mei, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"})
    fair.ok(mei, "PUT", f"/shake-matches/{match}/block")
    for person in (mei, bo):
        assert fair.refused(person, "GET", f"/shake-matches/{match}") == (404, "not_found")
        assert fair.ok(person, "GET", "/me/shake")["match"] is None
    assert fair.refused(bo, "PUT", f"/shake-matches/{match}/answer", {"answer": "hello"}) == (404, "not_found")
    assert emitted(fair.db, HelloMutual) == []


def test_minors_are_off(fair: Fair, mei: int) -> None:
    xiaoyu = fair.arrive(fair.cast.xiaoyu)
    for method, path, body in [
        ("POST", "/shakes", fair.ticket()),
        ("PUT", "/me/rendezvous", {"place": {"latitude": 31.3, "longitude": 120.6}}),
        ("PUT", "/me/missed-shakes", {"place": {"latitude": 31.3, "longitude": 120.6}}),
        ("POST", "/me/venues", {"name": "Tea"}),
    ]:
        assert fair.refused(xiaoyu, method, path, body) == (403, "not_for_minors"), path
    assert tickets(fair) == []


def test_new_accounts_shake_at_venues_only(fair: Fair, mei: int) -> None:
    omar = fair.arrive(fair.cast.omar, proven=False)
    assert fair.refused(omar, "POST", "/shakes", fair.ticket()) == (403, "account_not_proven")
    venue = fair.ok(mei, "POST", "/me/venues", {"name": "茶馆"})
    code = code_of(fair, venue["id"])
    assert fair.shake(omar, at=None, venue=code)["ticket"]["venue"] == "茶馆"
    assert fair.shake(mei, at=None, venue=code)["match"]["distance"] == "under_1"


def code_of(fair: Fair, venue_id: str) -> str:
    from miaohui.people.shake.venue_codes import venue_code

    services = fair.client.app.state.services
    return venue_code(services.signer, int(venue_id), now=services.clock.now())


def test_a_venues_code_is_good_for_two_minutes_while_it_is_open(fair: Fair, mei: int, bo: int) -> None:
    venue = fair.ok(mei, "POST", "/me/venues", {"name": "茶馆"})
    code = code_of(fair, venue["id"])
    fair.pass_time(seconds=60)
    fair.shake(bo, at=None, venue=code)
    fair.pass_time(seconds=60)
    assert fair.refused(bo, "POST", "/shakes", fair.ticket(at=None, venue=code)) == (404, "not_found")
    forged = f"{venue['id']}.AAAAAAAAAAAAAAAA"
    assert fair.refused(bo, "POST", "/shakes", fair.ticket(at=None, venue=forged)) == (404, "not_found")
    fresh = code_of(fair, venue["id"])
    fair.ok(mei, "DELETE", f"/me/venues/{venue['id']}")
    assert fair.refused(bo, "POST", "/shakes", fair.ticket(at=None, venue=fresh)) == (404, "not_found")


def test_a_shake_is_somewhere_or_at_a_venue(fair: Fair, mei: int) -> None:
    assert fair.refused(mei, "POST", "/shakes", fair.ticket(at=None)) == (400, "invalid_input")
    assert fair.refused(mei, "POST", "/shakes", fair.ticket(venue="1.x")) == (400, "invalid_input")


def test_reports_end_it(fair: Fair, mei: int) -> None:
    hao = fair.arrive(fair.cast.hao)
    for n, guest in enumerate(fair.cast.crowd(3)):
        fair.arrive(guest)
        fair.shake(hao)
        match = fair.shake(guest)["match"]["id"]
        fair.ok(guest, "POST", f"/shake-matches/{match}/report", {"reason": "rude"})
        assert fair.send(guest, "POST", f"/shake-matches/{match}/report", {"reason": "rude"}).status_code == 404
        assert n < 3
    assert fair.refused(hao, "POST", "/shakes", fair.ticket()) == (403, "shake_stopped")
    fair.pass_time(days=91)
    fair.shake(hao)


def test_where_one_was_is_forgotten_on_stopping(fair: Fair, mei: int, bo: int) -> None:
    fair.shake(mei)
    fair.ok(mei, "DELETE", "/me/shake")
    assert tickets(fair) == []
    assert fair.shake(bo)["match"] is None


def test_a_restart_keeps_who_waits(fair: Fair, mei: int, bo: int) -> None:
    from miaohui.hooks import Hooks
    from miaohui.people.shake.service import Shaking

    fair.shake(mei)
    services = fair.client.app.state.services
    again = Shaking(db=services.db, clock=services.clock, hooks=Hooks())
    fair.client.blocking_portal.call(again.start)
    try:
        assert again.pool.waiting() == 1
    finally:
        fair.client.blocking_portal.call(again.stop)


def test_the_database_holds_two_people_once(fair: Fair, mei: int, bo: int) -> None:
    meet(fair, mei, bo)

    def count(tx: Tx) -> int:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(shake_match)))

    assert fair.db.read_sync(count) == 1
