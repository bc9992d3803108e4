"""Ringing, answering, ending: what becomes of a call, whoever acts and whoever is faster."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

import miaohui.talk.calls.audits  # noqa: F401  importing declares them
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.talk.calls.actions.answer_call import CallNotRinging, answer_call
from miaohui.talk.calls.actions.end_call import end_call
from miaohui.talk.calls.actions.keep_call_alive import keep_call_alive
from miaohui.talk.calls.actions.place_call import AlreadyInACall, CallsAreForFriends, NoMessagesYet, place_call
from miaohui.talk.calls.actions.send_signal import CallNotGoingOn, send_signal
from miaohui.talk.calls.events import CallAnswered, CallEnded, CallRang
from miaohui.talk.calls.handlers import erase_own
from miaohui.talk.calls.own_export import calls_for_export
from miaohui.talk.calls.queries import Call, call_by_id, call_of, signals_after
from miaohui.talk.calls.tables import call, call_seat, call_signal
from miaohui.talk.messaging.tables import message, person_event
from miaohui.talk.notifications.tables import notice
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.talk.calls.friends import befriend
from tests.until_quiet import until_quiet

PHONE, LAPTOP, TABLET = 11, 22, 33


@pytest.fixture
def friends(db: Database, cast: Cast) -> Cast:
    """Mei, Bo and Lan know each other and have talked."""
    befriend(db, cast.mei, cast.bo)
    befriend(db, cast.mei, cast.lan)
    befriend(db, cast.bo, cast.lan)
    return cast


@pytest.fixture(autouse=True)
def nothing_is_left_over(db: Database):
    yield
    asked = [name for name in registered_audits() if name.startswith("calls.")]
    findings = [db.read_sync(run_audit, name=name) for name in asked]
    assert [finding.what for finding in findings if finding.violations] == []


def ring(db: Database, caller_id: int, callee_id: int, kind: str = "video") -> Call:
    return db.write_sync(place_call, caller_id=caller_id, device_id=PHONE, callee_id=callee_id, kind=kind)


def now_of(db: Database, found: Call) -> Call:
    current = db.read_sync(call_by_id, found.id)
    assert current is not None
    return current


def inbox(db: Database, person_id: int) -> list[str]:
    def read(tx: Tx) -> list[str]:
        calls = sa.and_(person_event.c.person_id == person_id, person_event.c.event.like("call.%"))
        return tx.scalars(sa.select(person_event.c.event).where(calls).order_by(person_event.c.seq))

    return db.read_sync(read)


def records(db: Database) -> list[dict[str, object]]:
    return db.read_sync(lambda tx: tx.scalars(sa.select(message.c.body).where(message.c.kind == "call")))


def notices(db: Database, person_id: int) -> list[str]:
    mine = sa.select(notice.c.kind).where(notice.c.account_id == person_id, notice.c.kind.like("calls.%"))
    return db.read_sync(lambda tx: sorted(tx.scalars(mine)))


def test_a_call_rings_is_answered_and_ends(db: Database, friends: Cast, clock: ManualClock):
    rung = ring(db, friends.mei, friends.bo)
    assert (rung.state, rung.callee_device_id) == ("ringing", None)

    clock.advance(timedelta(seconds=7))
    answered = db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)
    assert (answered.state, answered.callee_device_id) == ("active", LAPTOP)

    clock.advance(timedelta(seconds=75))
    ended = db.write_sync(end_call, call_id=rung.id, person_id=friends.mei)
    until_quiet(db, clock)

    assert (ended.outcome, ended.duration_s, ended.ended_by) == ("completed", 75, friends.mei)
    assert inbox(db, friends.bo) == ["call.ringing", "call.answered", "call.ended"]
    assert inbox(db, friends.mei) == ["call.answered", "call.ended"]
    assert [len(emitted(db, event)) for event in (CallRang, CallAnswered, CallEnded)] == [1, 1, 1]
    assert records(db) == [{"call_id": str(rung.id), "kind": "video", "outcome": "completed", "duration_s": 75}]
    assert "calls.missed" not in notices(db, friends.bo)


@pytest.mark.parametrize(("who", "outcome", "missed"), [("bo", "declined", []), ("mei", "cancelled", ["calls.missed"])])
def test_a_ringing_call_is_declined_or_cancelled(
    db: Database, friends: Cast, clock: ManualClock, who: str, outcome: str, missed: list[str]
):
    rung = ring(db, friends.mei, friends.bo)

    for _ in range(2):  # Both devices may say so.
        assert db.write_sync(end_call, call_id=rung.id, person_id=getattr(friends, who)).outcome == outcome
    until_quiet(db, clock)

    assert [body["outcome"] for body in records(db)] == [outcome]
    assert [one for one in notices(db, friends.bo) if one != "calls.ringing"] == missed
    with pytest.raises(CallNotRinging):
        db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)


def test_after_45_seconds_a_call_is_missed_by_itself(db: Database, friends: Cast, clock: ManualClock):
    rung = ring(db, friends.mei, friends.bo)
    clock.advance(timedelta(seconds=44))
    until_quiet(db, clock)
    assert now_of(db, rung).state == "ringing"

    clock.advance(timedelta(seconds=1))
    # The row itself is late already, whether or not the clock's job has been there.
    with pytest.raises(CallNotRinging):
        db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)
    until_quiet(db, clock)

    assert (now_of(db, rung).outcome, now_of(db, rung).ended_by) == ("missed", None)
    assert "calls.missed" in notices(db, friends.bo)
    assert inbox(db, friends.bo) == ["call.ringing", "call.ended"]


def test_an_answered_call_is_not_timed_out(db: Database, friends: Cast, clock: ManualClock):
    rung = ring(db, friends.mei, friends.bo)
    db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)
    clock.advance(timedelta(seconds=60))
    until_quiet(db, clock)

    assert now_of(db, rung).state == "active"


def test_the_first_device_that_answers_wins(db: Database, friends: Cast):
    rung = ring(db, friends.mei, friends.bo)

    answers = at_once(
        [
            partial(db.write_sync, answer_call, call_id=rung.id, person_id=friends.bo, device_id=device_id)
            for device_id in (LAPTOP, TABLET, 44, 55)
        ]
    )

    assert [type(one) for one in answers].count(CallNotRinging) == 3
    won = [one for one in answers if isinstance(one, Call)]
    assert len(won) == 1
    assert now_of(db, rung).callee_device_id == won[0].callee_device_id
    assert len(emitted(db, CallAnswered)) == 1
    again = db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=won[0].callee_device_id or 0)
    assert again.state == "active"


def test_an_answer_and_a_hang_up_at_once_leave_one_end(db: Database, friends: Cast):
    rung = ring(db, friends.mei, friends.bo)

    at_once(
        [
            partial(db.write_sync, answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP),
            partial(db.write_sync, end_call, call_id=rung.id, person_id=friends.mei),
        ]
    )

    assert now_of(db, rung).outcome in ("completed", "cancelled")
    assert len(emitted(db, CallEnded)) == 1


def test_who_talks_is_busy_for_a_third(db: Database, friends: Cast, clock: ManualClock):
    rung = ring(db, friends.mei, friends.bo)
    db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)

    third = ring(db, friends.lan, friends.bo, kind="audio")
    until_quiet(db, clock)

    assert (third.state, third.outcome) == ("ended", "busy")
    assert inbox(db, friends.bo) == ["call.ringing", "call.answered"], "it does not even ring"
    assert "calls.missed" in notices(db, friends.bo)
    assert db.read_sync(call_of, friends.lan) is None, "and Lan can call somebody else"
    with pytest.raises(AlreadyInACall) as refused:
        ring(db, friends.mei, friends.lan)
    assert refused.value.data == {"call_id": str(rung.id)}


def test_two_who_ring_each_other_at_once_make_one_call(db: Database, friends: Cast):
    made = at_once([partial(ring, db, friends.mei, friends.bo), partial(ring, db, friends.bo, friends.mei)])

    rung = [one for one in made if isinstance(one, Call)]
    refused = [one for one in made if isinstance(one, AlreadyInACall)]
    assert [one.state for one in rung] == ["ringing"]
    assert [one.data["call_id"] for one in refused] == [str(rung[0].id)], "the other one is led to it"


def test_a_seat_of_a_call_whose_time_is_over_is_free(db: Database, friends: Cast, clock: ManualClock):
    stale = ring(db, friends.mei, friends.bo)
    clock.advance(timedelta(seconds=46))  # No worker was there.

    assert ring(db, friends.lan, friends.bo).state == "ringing"
    assert now_of(db, stale).outcome == "missed"


def test_only_friends_who_have_exchanged_messages_ring(db: Database, cast: Cast):
    with pytest.raises(CallsAreForFriends):
        ring(db, cast.mei, cast.bo)
    db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.bo)
    with pytest.raises(CallsAreForFriends):
        ring(db, cast.mei, cast.bo)
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    with pytest.raises(NoMessagesYet):
        ring(db, cast.mei, cast.bo)
    befriend(db, cast.mei, cast.bo)
    assert ring(db, cast.mei, cast.bo).state == "ringing"
    with pytest.raises(NotFound):
        ring(db, cast.bo, cast.bo)
    with pytest.raises(NotFound):
        ring(db, cast.bo, 4711)


def test_who_is_no_friend_any_more_does_not_ring(db: Database, friends: Cast):
    db.write_sync(unfollow_person, follower_id=friends.bo, followee_id=friends.mei)

    with pytest.raises(CallsAreForFriends):
        ring(db, friends.mei, friends.bo)
    assert emitted(db, CallRang) == []


@pytest.mark.parametrize("blocker", ["mei", "bo"])
@pytest.mark.parametrize("answered", [True, False])
def test_a_block_ends_the_call_and_forbids_the_next(
    db: Database, friends: Cast, clock: ManualClock, blocker: str, answered: bool
):
    rung = ring(db, friends.mei, friends.bo)
    if answered:
        db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)
    one, other = (friends.mei, friends.bo) if blocker == "mei" else (friends.bo, friends.mei)

    db.write_sync(block_person, blocker_id=one, blocked_id=other)
    # Before any handler has run, nobody gets further.
    for person_id, device_id in ((friends.bo, LAPTOP), (friends.mei, PHONE)):
        with pytest.raises(NotFound):
            db.write_sync(send_signal, call_id=rung.id, person_id=person_id, device_id=device_id, body={"peer": "x"})
    with pytest.raises(NotFound):
        db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)
    with pytest.raises(NotFound):
        ring(db, friends.mei, friends.bo)
    until_quiet(db, clock)

    assert now_of(db, rung).outcome == ("completed" if answered else "cancelled")
    assert records(db) == [], "neither is left with a trace of the other"
    assert "calls.missed" not in notices(db, friends.bo)
    assert inbox(db, one)[-1] == "call.ended"


def test_a_call_and_a_block_at_once_never_leave_a_ringing_call(db: Database, friends: Cast, clock: ManualClock):
    blocks = partial(db.write_sync, block_person, blocker_id=friends.bo, blocked_id=friends.mei)
    at_once([partial(ring, db, friends.mei, friends.bo), blocks])
    until_quiet(db, clock)

    assert db.read_sync(call_of, friends.bo) is None


def test_signals_are_numbered_for_the_two_devices_alone(db: Database, friends: Cast):
    rung = ring(db, friends.mei, friends.bo)
    with pytest.raises(CallNotGoingOn):
        db.write_sync(send_signal, call_id=rung.id, person_id=friends.mei, device_id=PHONE, body={"peer": "a"})
    db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)

    numbers = [
        db.write_sync(send_signal, call_id=rung.id, person_id=person_id, device_id=device_id, body={"peer": "a"})
        for person_id, device_id in ((friends.mei, PHONE), (friends.bo, LAPTOP), (friends.mei, PHONE))
    ]

    assert numbers == [1, 2, 3]
    assert [one.seq for one in db.read_sync(signals_after, call_id=rung.id, seq=1)] == [2, 3]
    for person_id, device_id in ((friends.bo, TABLET), (friends.mei, LAPTOP + 1), (friends.lan, PHONE)):
        with pytest.raises(NotFound):
            db.write_sync(send_signal, call_id=rung.id, person_id=person_id, device_id=device_id, body={"peer": "a"})
    db.write_sync(end_call, call_id=rung.id, person_id=friends.bo)
    assert db.read_sync(signals_after, call_id=rung.id, seq=0) == [], "they tell where people are, and go"
    with pytest.raises(CallNotGoingOn):
        db.write_sync(send_signal, call_id=rung.id, person_id=friends.mei, device_id=PHONE, body={"peer": "a"})


def test_a_call_of_silent_devices_ends_by_itself(db: Database, friends: Cast, clock: ManualClock):
    rung = ring(db, friends.mei, friends.bo)
    db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)
    for _ in range(5):
        clock.advance(timedelta(seconds=60))
        for person_id, device_id in ((friends.mei, PHONE), (friends.bo, LAPTOP)):
            db.write_sync(keep_call_alive, call_id=rung.id, person_id=person_id, device_id=device_id)
        until_quiet(db, clock)
    assert now_of(db, rung).state == "active"

    clock.advance(timedelta(seconds=89))
    db.write_sync(keep_call_alive, call_id=rung.id, person_id=friends.mei, device_id=PHONE)
    until_quiet(db, clock)
    assert now_of(db, rung).state == "active"
    clock.advance(timedelta(seconds=1))
    until_quiet(db, clock)

    assert now_of(db, rung).outcome == "completed"


def test_a_call_that_never_connected_counts_as_failed(db: Database, friends: Cast):
    rung = ring(db, friends.mei, friends.bo)
    db.write_sync(answer_call, call_id=rung.id, person_id=friends.bo, device_id=LAPTOP)

    assert db.write_sync(end_call, call_id=rung.id, person_id=friends.mei, connected=False).outcome == "failed"


def test_a_deleted_account_leaves_no_call(db: Database, friends: Cast, clock: ManualClock):
    ring(db, friends.mei, friends.bo)
    assert [one.with_handle for one in db.read_sync(lambda tx: list(calls_for_export(tx, friends.bo)))] == ["mei_fair"]

    for _ in range(2):
        db.write_sync(erase_own, AccountDeleted(account_id=friends.mei))

    def rows(tx: Tx) -> int:
        return sum(tx.scalar(sa.select(sa.func.count()).select_from(table)) for table in (call, call_seat, call_signal))

    assert db.read_sync(rows) == 0
    assert ring(db, friends.lan, friends.bo).state == "ringing"
    until_quiet(db, clock)
