"""Saying something under a video."""

import pytest

from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.media.comments.actions.delete_comment import delete_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.body import InvalidComment
from miaohui.media.comments.events import CommentPosted
from miaohui.media.comments.queries import comment_by_id, comment_counts, newest_comments, replies_in_thread
from miaohui.people.graph.actions.block_person import block_person
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.media.comments.counted import counts_match_rows
from tests.media.shelf import shelve_video


def test_bo_says_something_under_meis_clip(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)

    posted = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="  How does it not melt? ")

    assert posted.body == "How does it not melt?"
    assert db.read_sync(comment_by_id, posted.id) == posted
    assert db.read_sync(comment_counts, [clip]) == {clip: 1}
    [event] = emitted(db, CommentPosted)
    assert (event.comment_id, event.person_id, event.video_id, event.author_id) == (posted.id, cast.bo, clip, cast.mei)
    assert event.reply_to_id is None


def test_replies_of_any_depth_stand_in_one_thread(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)
    question = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Where is it?")
    answer = db.write_sync(post_comment, video_id=clip, author_id=cast.mei, body="桥边", reply_to_id=question.id)
    thanks = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="我也去", reply_to_id=answer.id)

    assert (answer.thread_id, answer.reply_to_id) == (question.id, question.id)
    assert (thanks.thread_id, thanks.reply_to_id) == (question.id, answer.id)
    listed = db.read_sync(newest_comments, video_id=clip, viewer_id=cast.ines, after=None, limit=5)
    assert [(one.id, one.replies) for one in listed] == [(question.id, 2)]
    replies = db.read_sync(replies_in_thread, thread_id=question.id, viewer_id=cast.ines, after=None, limit=5)
    assert [one.id for one in replies] == [answer.id, thanks.id]
    assert emitted(db, CommentPosted)[-1].reply_to_person_id == cast.mei
    assert counts_match_rows(db)


def test_a_resend_gets_the_first_result(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)
    request = {"video_id": clip, "author_id": cast.bo, "body": "Twice sent, once said", "client_id": "tap-1"}

    first, again = (db.write_sync(post_comment, **request) for _ in range(2))

    assert first == again
    assert len(emitted(db, CommentPosted)) == 1
    assert db.read_sync(comment_counts, [clip])[clip] == 1
    # Another person's key of the same name is another key.
    other = db.write_sync(post_comment, **request | {"author_id": cast.lan})
    assert other.id != first.id


def test_a_key_does_not_open_two_doors(db: Database, cast: Cast):
    clip, other_clip = (shelve_video(db, author_id=cast.mei) for _ in range(2))
    request = {"video_id": clip, "author_id": cast.bo, "body": "one", "client_id": "tap-1"}
    db.write_sync(post_comment, **request)

    for change in ({"body": "two"}, {"video_id": other_clip}):
        with pytest.raises(IdempotencyKeyReused):
            db.write_sync(post_comment, **request | change)


def test_a_resend_after_deletion_does_not_bring_the_comment_back(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)
    request = {"video_id": clip, "author_id": cast.bo, "body": "I take it back", "client_id": "tap-1"}
    first = db.write_sync(post_comment, **request)
    db.write_sync(delete_comment, comment_id=first.id, by_id=cast.bo)

    again = db.write_sync(post_comment, **request)

    assert (again.id, again.state) == (first.id, "deleted")
    assert db.read_sync(comment_counts, [clip])[clip] == 0


def test_the_same_tap_sent_twenty_times_at_once_is_said_once(db: Database, cast: Cast):
    bo, clip = cast.bo, shelve_video(db, author_id=cast.mei)

    def tap():
        return db.write_sync(post_comment, video_id=clip, author_id=bo, body="Once", client_id="tap-1")

    answers = at_once([tap] * 20)

    assert len({answer.id for answer in answers}) == 1
    assert len(emitted(db, CommentPosted)) == 1
    assert counts_match_rows(db)


def test_a_crowd_that_answers_at_once_is_counted_exactly(db: Database, cast: Cast):
    clip, crowd = shelve_video(db, author_id=cast.mei), cast.crowd(15)
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.mei, body="谁来？")

    at_once(
        [
            lambda who=who: db.write_sync(post_comment, video_id=clip, author_id=who, body="我！", reply_to_id=root.id)
            for who in crowd
        ]
    )

    assert db.read_sync(comment_by_id, root.id).replies == 15
    assert db.read_sync(comment_counts, [clip])[clip] == 16
    assert counts_match_rows(db)


def test_nothing_is_said_where_nothing_can_be_seen(db: Database, cast: Cast):
    hidden, clip, other_clip = (
        shelve_video(db, author_id=cast.mei, state="processing"),
        shelve_video(db, author_id=cast.mei),
        shelve_video(db, author_id=cast.mei),
    )
    elsewhere = db.write_sync(post_comment, video_id=other_clip, author_id=cast.lan, body="在别处")

    with pytest.raises(NotFound):
        db.write_sync(post_comment, video_id=hidden, author_id=cast.bo, body="Hello?")
    with pytest.raises(NotFound):
        db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Hello?", reply_to_id=4711)
    with pytest.raises(NotFound):
        db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Hello?", reply_to_id=elsewhere.id)
    with pytest.raises(InvalidComment):
        db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body=" \n ")
    assert len(emitted(db, CommentPosted)) == 1


def test_blocked_people_do_not_answer_each_other_also_not_below_a_thread(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="真好看")
    reply = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Yes", reply_to_id=root.id)
    db.write_sync(block_person, blocker_id=cast.lan, blocked_id=cast.hao)

    for target in (root, reply):
        with pytest.raises(NotFound):
            db.write_sync(post_comment, video_id=clip, author_id=cast.hao, body="Hm", reply_to_id=target.id)
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    with pytest.raises(NotFound):
        db.write_sync(post_comment, video_id=clip, author_id=cast.hao, body="Hm")
