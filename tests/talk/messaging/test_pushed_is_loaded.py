"""After every act, what each device has made of the pushed events is what a fresh page loads."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import format_id, new_id
from miaohui.kit.outbox import Dispatcher
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.unblock_person import unblock_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.subscriptions import subscriptions
from miaohui.talk.messaging.actions.answer_request import decline_request, take_up_request
from miaohui.talk.messaging.actions.create_group import add_members, create_group
from miaohui.talk.messaging.actions.keep_attachment import finish_recording, keep_recording
from miaohui.talk.messaging.actions.lead_group import rename_group, set_role
from miaohui.talk.messaging.actions.leave_group import leave_group, remove_member
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.mute_conversation import mute_conversation
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.recall_message import recall_message
from miaohui.talk.messaging.queries import messages_of, places_of
from tests.cast import Cast
from tests.talk.messaging.device import Device, load
from tests.talk.messaging.friends import befriend, write


class Square:
    """Some people, each with a device that loaded before anything happened."""

    def __init__(self, db: Database, clock: ManualClock, *people: int) -> None:
        self.db = db
        self.clock = clock
        self.people = people
        self.devices = [Device(db, one) for one in people]
        self._dispatcher = Dispatcher(db, subscriptions())

    def check(self, *, hand_on: bool = True) -> None:
        """Compare every device with what it would load now."""
        if hand_on:
            asyncio.run(self._dispatcher.drain())
        for device in self.devices:
            device.catch_up()
            assert device.state == load(self.db, device.person_id)
        self.clock.advance(timedelta(seconds=1))


@pytest.fixture
def square(db: Database, clock: ManualClock, cast: Cast) -> Square:
    befriend(db, cast.mei, cast.lan, cast.omar)
    return Square(db, clock, cast.mei, cast.lan, cast.omar, cast.bo)


def test_a_talk_of_friends(db: Database, cast: Cast, square: Square):
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")
    square.check()
    first = write(db, place, cast.mei, "今晚看花灯吗")
    square.check()
    write(db, place, cast.lan, "看", reply_to_id=first.id)
    square.check()
    db.write_sync(mark_read, conversation_id=place, person_id=cast.mei, seq=2)
    square.check()
    db.write_sync(mark_read, conversation_id=place, person_id=cast.mei, seq=1)
    square.check()
    db.write_sync(recall_message, message_id=first.id, sender_id=cast.mei)
    square.check()
    db.write_sync(mute_conversation, conversation_id=place, person_id=cast.lan, muted=True)
    square.check()
    db.write_sync(block_person, blocker_id=cast.lan, blocked_id=cast.mei)
    square.check()
    assert square.devices[0].state["conversations"] == {}
    db.write_sync(unblock_person, blocker_id=cast.lan, blocked_id=cast.mei)
    square.check()
    assert len(square.devices[0].state["conversations"]) == 1


def test_a_request_of_a_stranger(db: Database, cast: Cast, square: Square):
    place = db.write_sync(open_direct, one_id=cast.bo, other_id=cast.mei, reason="request")
    square.check()
    assert square.devices[0].state["conversations"] == {}
    for text in ("Hello", "Anybody?", "Well"):
        write(db, place, cast.bo, text)
        square.check()
    [seen] = square.devices[0].state["conversations"].values()
    assert (seen["folder"], seen["unread"]) == ("requests", 3)
    db.write_sync(mark_read, conversation_id=place, person_id=cast.mei, seq=3)
    square.check()
    [asking] = square.devices[3].state["conversations"].values()
    assert asking["seen_seq"] == 0
    db.write_sync(take_up_request, conversation_id=place, person_id=cast.mei)
    square.check()
    write(db, place, cast.bo, "https://fair.example")
    square.check()


def test_a_request_that_is_put_away(db: Database, cast: Cast, square: Square):
    place = db.write_sync(open_direct, one_id=cast.bo, other_id=cast.mei, reason="request")
    write(db, place, cast.bo, "Hello")
    db.write_sync(decline_request, conversation_id=place, person_id=cast.mei)
    square.check()
    write(db, place, cast.bo, "Hello?")
    square.check()
    assert square.devices[0].state["conversations"] == {}
    [asking] = square.devices[3].state["conversations"].values()
    assert asking["folder"] == "inbox"


def test_a_group_from_its_beginning_to_its_end(db: Database, cast: Cast, square: Square):
    befriend(db, cast.lan, cast.bo)
    place = db.write_sync(create_group, owner_id=cast.mei, title="花灯", member_ids=[cast.lan, cast.omar])
    square.check()
    write(db, place, cast.omar, "Evening")
    square.check()
    db.write_sync(add_members, conversation_id=place, by_id=cast.lan, member_ids=[cast.bo])
    square.check()
    assert list(square.devices[3].state["messages"][str(place)]) == [3]
    db.write_sync(set_role, conversation_id=place, person_id=cast.lan, by_id=cast.mei, role="admin")
    square.check()
    db.write_sync(rename_group, conversation_id=place, by_id=cast.lan, title="灯会")
    square.check()
    db.write_sync(remove_member, conversation_id=place, person_id=cast.bo, by_id=cast.lan)
    square.check()
    db.write_sync(leave_group, conversation_id=place, person_id=cast.mei)
    square.check()
    [seen] = square.devices[1].state["conversations"].values()
    assert (seen["role"], seen["members"], seen["title"]) == ("owner", 2, "灯会")


def test_who_is_gone_is_gone_from_open_pages(db: Database, cast: Cast, square: Square):
    place = db.write_sync(create_group, owner_id=cast.mei, title="花灯", member_ids=[cast.lan, cast.omar])
    first = write(db, place, cast.lan, "我带糖画")
    write(db, place, cast.omar, "Good", reply_to_id=first.id)
    direct = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")
    write(db, direct, cast.lan, "在吗")
    square.check()
    db.write_sync(lambda tx: tx.emit(AccountDeleted(account_id=cast.lan)))
    square.devices = [one for one in square.devices if one.person_id != cast.lan]
    square.check()
    assert "我带糖画" not in str(square.devices[0].state)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_they_do(db: Database, cast: Cast, square: Square, seed: int):
    chance = random.Random(seed)
    befriend(db, cast.lan, cast.bo)

    def any_place(person: int) -> int:
        return chance.choice(db.read_sync(places_of, viewer_id=person, folder="inbox", after=None, limit=50))[0].id

    def any_message(person: int, place: int) -> int:
        found = db.read_sync(messages_of, conversation_id=place, viewer_id=person, joined_seq=0, limit=50)
        return chance.choice(found).id

    def reply(person: int) -> None:
        place = any_place(person)
        write(db, place, person, reply_to_id=any_message(person, place))

    def read(person: int) -> None:
        db.write_sync(mark_read, conversation_id=any_place(person), person_id=person, seq=chance.randrange(12))

    def recall(person: int) -> None:
        db.write_sync(recall_message, message_id=any_message(person, any_place(person)), sender_id=person)

    def any_request(person: int) -> int:
        return chance.choice(db.read_sync(places_of, viewer_id=person, folder="requests", after=None, limit=50))[0].id

    def record(person: int) -> None:
        place, file = any_place(person), new_id()
        db.write_sync(keep_recording, attachment_id=file, owner_id=person, kind="voice", key=f"private/{file}")
        write(db, place, person, kind="voice", body={"attachment_id": format_id(file)})
        square.check()
        db.write_sync(finish_recording, attachment_id=file, ready=chance.random() < 0.5, duration_ms=900)

    def other(person: int) -> int:
        return chance.choice([one for one in square.people if one != person])

    acts: list[Callable[[int], object]] = [
        lambda me: db.write_sync(open_direct, one_id=me, other_id=other(me), reason="request"),
        lambda me: write(db, any_place(me), me),
        lambda me: write(db, any_place(me), me),
        reply,
        read,
        recall,
        lambda me: db.write_sync(create_group, owner_id=me, title="灯", member_ids=[other(me)]),
        lambda me: db.write_sync(add_members, conversation_id=any_place(me), by_id=me, member_ids=[other(me)]),
        lambda me: db.write_sync(leave_group, conversation_id=any_place(me), person_id=me),
        lambda me: db.write_sync(rename_group, conversation_id=any_place(me), by_id=me, title=chance.choice("灯茶花")),
        lambda me: db.write_sync(
            set_role,
            conversation_id=any_place(me),
            person_id=other(me),
            by_id=me,
            role=chance.choice(["owner", "admin", "member"]),
        ),
        lambda me: db.write_sync(remove_member, conversation_id=any_place(me), person_id=other(me), by_id=me),
        lambda me: db.write_sync(
            mute_conversation, conversation_id=any_place(me), person_id=me, muted=chance.random() < 0.5
        ),
        lambda me: db.write_sync(take_up_request, conversation_id=any_request(me), person_id=me),
        lambda me: db.write_sync(decline_request, conversation_id=any_request(me), person_id=me),
        lambda me: db.write_sync(follow_person, follower_id=me, followee_id=other(me)),
        lambda me: db.write_sync(unfollow_person, follower_id=me, followee_id=other(me)),
        record,
        lambda me: db.write_sync(block_person, blocker_id=me, blocked_id=other(me)),
        lambda me: db.write_sync(unblock_person, blocker_id=me, blocked_id=other(me)),
    ]
    done = 0
    for _ in range(70):
        with suppress(Refusal, IndexError):
            chance.choice(acts)(chance.choice(square.people))
            done += 1
        square.check()
    assert done > 20
