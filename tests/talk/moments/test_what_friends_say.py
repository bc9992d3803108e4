"""Likes and comments: friends of both sides read them, the author reads all."""

from datetime import timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.talk.moments.actions.comment_moment import comment_moment, delete_moment_comment
from miaohui.talk.moments.actions.delete_moment import delete_moment
from miaohui.talk.moments.actions.like_moment import like_moment, unlike_moment
from miaohui.talk.moments.actions.post_moment import post_moment
from miaohui.talk.moments.events import MomentCommented, MomentLiked
from miaohui.talk.moments.queries import comments_of, likes_of
from miaohui.talk.moments.words import InvalidMoment
from tests.cast import Cast
from tests.emitted import emitted
from tests.talk.moments.friendships import befriend


@pytest.fixture
def posted(db: Database, cast: Cast) -> int:
    """A moment of Mei's, whose friends are Bo, Lan and Ines; Bo and Lan are friends as well."""
    befriend(db, cast.mei, cast.bo, cast.lan)
    befriend(db, cast.mei, cast.ines)
    return db.write_sync(post_moment, author_id=cast.mei, body="灯会").id


def say(db: Database, moment_id: int, author_id: int, body: str = "好看", **more) -> int:
    return db.write_sync(comment_moment, moment_id=moment_id, author_id=author_id, body=body, **more).id


def reads(db: Database, moment_id: int, viewer_id: int) -> list[int]:
    return [one.id for one in db.read_sync(comments_of, viewer_id=viewer_id, moment_ids=[moment_id])]


def likers(db: Database, moment_id: int, viewer_id: int) -> list[int]:
    return [one.account_id for one in db.read_sync(likes_of, viewer_id=viewer_id, moment_ids=[moment_id])]


def test_only_common_friends_read_it(db: Database, clock: ManualClock, cast: Cast, posted: int):
    said = []
    for who in (cast.bo, cast.ines, cast.mei):
        said.append(say(db, posted, who))
        db.write_sync(like_moment, moment_id=posted, account_id=who)
        clock.advance(timedelta(seconds=1))
    by_bo, by_ines, by_mei = said

    assert reads(db, posted, cast.mei) == said
    assert reads(db, posted, cast.lan) == [by_bo, by_mei]
    assert reads(db, posted, cast.bo) == [by_bo, by_mei]
    assert reads(db, posted, cast.ines) == [by_ines, by_mei]
    assert likers(db, posted, cast.mei) == [cast.bo, cast.ines, cast.mei]
    assert likers(db, posted, cast.lan) == [cast.bo, cast.mei]
    assert likers(db, posted, cast.ines) == [cast.ines, cast.mei]


def test_an_answer_tells_nobody_of_a_person_whom_they_do_not_know(db: Database, cast: Cast, posted: int):
    question = say(db, posted, cast.ines)
    answer = say(db, posted, cast.mei, "桥边", reply_to=question)

    assert reads(db, posted, cast.ines) == [question, answer]
    assert reads(db, posted, cast.bo) == []
    with pytest.raises(NotFound):
        say(db, posted, cast.bo, "?", reply_to=question)


def test_the_end_of_a_friendship_counts_at_once(db: Database, cast: Cast, posted: int):
    said = say(db, posted, cast.bo)
    db.write_sync(like_moment, moment_id=posted, account_id=cast.bo)

    db.write_sync(unfollow_person, follower_id=cast.bo, followee_id=cast.lan)
    assert (reads(db, posted, cast.lan), likers(db, posted, cast.lan)) == ([], [])
    assert reads(db, posted, cast.mei) == [said]

    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.bo)
    assert (reads(db, posted, cast.mei), likers(db, posted, cast.mei)) == ([], [])
    with pytest.raises(NotFound):
        say(db, posted, cast.bo)
    with pytest.raises(NotFound):
        db.write_sync(like_moment, moment_id=posted, account_id=cast.bo)


def test_strangers_say_nothing(db: Database, cast: Cast, posted: int):
    for act in (like_moment, unlike_moment):
        with pytest.raises(NotFound):
            db.write_sync(act, moment_id=posted, account_id=cast.hao)
    with pytest.raises(NotFound):
        say(db, posted, cast.hao)
    assert (reads(db, posted, cast.mei), likers(db, posted, cast.mei)) == ([], [])


def test_liking_twice_is_liking_once(db: Database, cast: Cast, posted: int):
    for _ in range(2):
        db.write_sync(like_moment, moment_id=posted, account_id=cast.bo)
    assert likers(db, posted, cast.bo) == [cast.bo]
    assert len(emitted(db, MomentLiked)) == 1
    for _ in range(2):
        db.write_sync(unlike_moment, moment_id=posted, account_id=cast.bo)
    assert likers(db, posted, cast.bo) == []


def test_a_resend_is_the_same_comment(db: Database, cast: Cast, posted: int):
    first, again = (say(db, posted, cast.bo, client_id="tap-1") for _ in range(2))
    assert first == again
    assert len(emitted(db, MomentCommented)) == 1
    with pytest.raises(IdempotencyKeyReused):
        say(db, posted, cast.bo, "other words", client_id="tap-1")


@pytest.mark.parametrize("body", ["", " \n ", "\u200d\u3164", "a\u202eb", "x" * 501, "a\x00b"])
def test_words_that_cannot_be_said(db: Database, cast: Cast, posted: int, body: str):
    with pytest.raises(InvalidMoment):
        say(db, posted, cast.bo, body)


def test_who_may_take_a_comment_away(db: Database, cast: Cast, posted: int):
    mine, other = say(db, posted, cast.bo), say(db, posted, cast.lan)
    with pytest.raises(Forbidden):
        db.write_sync(delete_moment_comment, comment_id=other, by_id=cast.bo)
    with pytest.raises(NotFound):
        db.write_sync(delete_moment_comment, comment_id=other, by_id=cast.hao)
    db.write_sync(delete_moment_comment, comment_id=mine, by_id=cast.bo)
    db.write_sync(delete_moment_comment, comment_id=other, by_id=cast.mei)
    assert reads(db, posted, cast.mei) == []


def test_what_was_said_goes_with_the_moment(db: Database, cast: Cast, posted: int):
    say(db, posted, cast.bo)
    db.write_sync(like_moment, moment_id=posted, account_id=cast.bo)
    db.write_sync(delete_moment, moment_id=posted, by_id=cast.mei)
    assert (reads(db, posted, cast.mei), likers(db, posted, cast.mei)) == ([], [])
