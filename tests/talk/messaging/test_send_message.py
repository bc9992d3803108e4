"""Writing to each other."""

from datetime import timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.mute_conversation import mute_conversation
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import RequestTextOnly, RequestWaiting, send_message
from miaohui.talk.messaging.answers import count_unread
from miaohui.talk.messaging.bodies import InvalidMessage
from miaohui.talk.messaging.standing import FriendsOnly, have_exchanged_messages, may_message
from tests.cast import Cast


def befriend(db: Database, one_id: int, other_id: int) -> None:
    db.write_sync(follow_person, follower_id=one_id, followee_id=other_id)
    db.write_sync(follow_person, follower_id=other_id, followee_id=one_id)


def write(db: Database, conversation_id: int, sender_id: int, text: str, client_id: str | None = None):
    return db.write_sync(
        send_message,
        sender_id=sender_id,
        conversation_id=conversation_id,
        client_id=client_id or f"{sender_id}-{text}",
        kind="text",
        body={"text": text},
    )


def test_friends_write_and_numbers_count_up(db: Database, cast: Cast):
    befriend(db, cast.mei, cast.lan)
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")

    sent = [write(db, place, cast.mei, "走吗"), write(db, place, cast.lan, "走"), write(db, place, cast.mei, "好")]

    assert [one.seq for one in sent] == [1, 2, 3]
    assert db.read_sync(have_exchanged_messages, cast.mei, cast.lan)


def test_a_resend_is_the_first_message(db: Database, cast: Cast):
    befriend(db, cast.mei, cast.lan)
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")

    first = write(db, place, cast.mei, "走吗", "tap-1")
    again = write(db, place, cast.mei, "走吗", "tap-1")

    assert again == first
    assert write(db, place, cast.mei, "嗯").seq == 2


def test_a_stranger_has_three_plain_messages_until_they_are_answered(db: Database, cast: Cast):
    place = db.write_sync(open_direct, one_id=cast.bo, other_id=cast.mei, reason="request")
    write(db, place, cast.bo, "Hello")
    with pytest.raises(RequestTextOnly):
        write(db, place, cast.bo, "see evil.example/now")
    write(db, place, cast.bo, "Anybody there?")
    write(db, place, cast.bo, "I liked the dumplings")
    with pytest.raises(RequestWaiting):
        write(db, place, cast.bo, "?")
    assert not db.read_sync(have_exchanged_messages, cast.bo, cast.mei)

    write(db, place, cast.mei, "谢谢")

    assert write(db, place, cast.bo, "https://fair.example").seq == 5
    assert db.read_sync(have_exchanged_messages, cast.bo, cast.mei)


def test_nobody_but_friends_writes_to_a_minor(db: Database, cast: Cast):
    with pytest.raises(FriendsOnly):
        db.write_sync(open_direct, one_id=cast.bo, other_id=cast.xiaoyu, reason="request")
    befriend(db, cast.lan, cast.xiaoyu)

    place = db.write_sync(open_direct, one_id=cast.lan, other_id=cast.xiaoyu, reason="request")

    assert write(db, place, cast.xiaoyu, "姐姐好").seq == 1
    assert not db.read_sync(may_message, cast.xiaoyu, cast.bo)


def test_after_a_block_nothing_more_is_written(db: Database, cast: Cast):
    befriend(db, cast.mei, cast.lan)
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")

    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.lan)

    for sender in (cast.mei, cast.lan):
        with pytest.raises(NotFound):
            write(db, place, sender, "?")
    with pytest.raises(NotFound):
        write(db, place, cast.bo, "not mine")


@pytest.mark.parametrize("text", ["", "  \n ", "\u3164", "a\u202eb", "x" * 4001])
def test_what_is_no_text_is_refused(db: Database, cast: Cast, clock: ManualClock, text: str):
    clock.advance(timedelta(seconds=1))
    befriend(db, cast.mei, cast.lan)
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.lan, reason="friends")
    with pytest.raises(InvalidMessage):
        write(db, place, cast.mei, text, "tap-1")


def test_what_is_unread_counts_once_and_neither_requests_nor_what_is_muted(db: Database, cast: Cast):
    def unread() -> int:
        return db.read_sync(count_unread, viewer_id=cast.bo)

    befriend(db, cast.mei, cast.bo)
    befriend(db, cast.lan, cast.bo)
    with_mei = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.bo, reason="friends")
    with_lan = db.write_sync(open_direct, one_id=cast.lan, other_id=cast.bo, reason="friends")
    with_hao = db.write_sync(open_direct, one_id=cast.hao, other_id=cast.bo, reason="request")
    for place, sender, times in ((with_mei, cast.mei, 2), (with_lan, cast.lan, 3), (with_hao, cast.hao, 1)):
        for n in range(times):
            write(db, place, sender, "Are you there?", f"{place}-{n}")
    assert unread() == 5, "a stranger's request is not among them"
    db.write_sync(mute_conversation, conversation_id=with_lan, person_id=cast.bo, muted=True)
    assert unread() == 2
    db.write_sync(mute_conversation, conversation_id=with_lan, person_id=cast.bo, muted=False)
    db.write_sync(mark_read, conversation_id=with_mei, person_id=cast.bo, seq=1)
    assert unread() == 4
    db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.lan)
    assert unread() == 1
    write(db, with_mei, cast.bo, "Soon")
    assert unread() == 0, "who answers has read"
