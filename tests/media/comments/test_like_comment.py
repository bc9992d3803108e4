"""Liking comments."""

import pytest

from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.media.comments.actions.delete_comment import delete_comment
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.actions.unlike_comment import unlike_comment
from miaohui.media.comments.events import CommentLiked, CommentUnliked
from miaohui.media.comments.queries import comment_by_id, liked_comments
from miaohui.people.graph.actions.block_person import block_person
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.media.comments.counted import counts_match_rows
from tests.media.shelf import shelve_video


@pytest.fixture
def remark(db: Database, cast: Cast) -> int:
    clip = shelve_video(db, author_id=cast.mei)
    return db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Look at that hand").id


def test_liking_and_unliking_again_is_once(db: Database, cast: Cast, remark: int):
    first, again = (db.write_sync(like_comment, comment_id=remark, account_id=cast.lan) for _ in range(2))
    assert first == again
    assert (again.liked, again.likes) == (True, 1)
    assert db.read_sync(liked_comments, person_id=cast.lan, comment_ids=[remark]) == {remark}

    first, again = (db.write_sync(unlike_comment, comment_id=remark, account_id=cast.lan) for _ in range(2))
    assert first == again
    assert (again.liked, again.likes) == (False, 0)
    assert len(emitted(db, CommentLiked)) == len(emitted(db, CommentUnliked)) == 1


def test_what_is_gone_or_hidden_cannot_be_liked(db: Database, cast: Cast, remark: int):
    db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.hao)
    for act in (like_comment, unlike_comment):
        with pytest.raises(NotFound):
            db.write_sync(act, comment_id=remark, account_id=cast.hao)
    db.write_sync(delete_comment, comment_id=remark, by_id=cast.bo)
    for act in (like_comment, unlike_comment):
        with pytest.raises(NotFound):
            db.write_sync(act, comment_id=remark, account_id=cast.lan)
        with pytest.raises(NotFound):
            db.write_sync(act, comment_id=4711, account_id=cast.lan)


def test_likes_and_unlikes_that_cross_leave_exact_counters(db: Database, cast: Cast, remark: int):
    calls = []
    for who in cast.crowd(5):
        calls += [lambda who=who: db.write_sync(like_comment, comment_id=remark, account_id=who)] * 3
        calls += [lambda who=who: db.write_sync(unlike_comment, comment_id=remark, account_id=who)] * 2

    answers = at_once(calls)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert counts_match_rows(db)
    changes = len(emitted(db, CommentLiked)) - len(emitted(db, CommentUnliked))
    assert db.read_sync(comment_by_id, remark).likes == changes
