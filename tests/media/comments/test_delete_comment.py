"""Taking comments away."""

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.media.comments.actions.delete_comment import delete_comment
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.events import CommentDeleted
from miaohui.media.comments.handlers import erase_own, erase_received
from miaohui.media.comments.queries import comment_by_id, comment_counts, newest_comments, replies_in_thread
from miaohui.media.comments.tables import comment, comment_like
from miaohui.media.videos.events import VideoRemoved
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.media.comments.counted import counts_match_rows
from tests.media.shelf import shelve_video


@pytest.fixture
def clip(db: Database, cast: Cast) -> int:
    return shelve_video(db, author_id=cast.mei)


def listed(db: Database, clip: int, viewer_id: int) -> list[int]:
    """The top-level comments that a viewer sees."""
    return [one.id for one in db.read_sync(newest_comments, video_id=clip, viewer_id=viewer_id, after=None, limit=50)]


@pytest.mark.parametrize("who", ["bo", "mei"])
def test_the_author_and_the_videos_author_may_delete(db: Database, cast: Cast, clip: int, who: str):
    posted = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="oops")
    db.write_sync(like_comment, comment_id=posted.id, account_id=cast.lan)

    for _ in range(2):
        db.write_sync(delete_comment, comment_id=posted.id, by_id=getattr(cast, who))

    assert listed(db, clip, cast.ines) == []
    assert db.read_sync(comment_by_id, posted.id).body is None
    assert db.read_sync(comment_counts, [clip])[clip] == 0
    [event] = emitted(db, CommentDeleted)
    assert (event.person_id, event.deleted_by, event.author_id) == (cast.bo, getattr(cast, who), cast.mei)
    assert counts_match_rows(db)


def test_nobody_else_may_and_who_cannot_see_it_is_not_told(db: Database, cast: Cast, clip: int):
    posted = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="stays")
    db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.hao)

    with pytest.raises(Forbidden):
        db.write_sync(delete_comment, comment_id=posted.id, by_id=cast.lan)
    with pytest.raises(NotFound):
        db.write_sync(delete_comment, comment_id=posted.id, by_id=cast.hao)
    with pytest.raises(NotFound):
        db.write_sync(delete_comment, comment_id=4711, by_id=cast.bo)

    assert listed(db, clip, cast.ines) == [posted.id]


def test_who_is_blocked_by_the_videos_author_still_deletes_what_they_said(db: Database, cast: Cast, clip: int):
    posted = db.write_sync(post_comment, video_id=clip, author_id=cast.hao, body="…")
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)

    db.write_sync(delete_comment, comment_id=posted.id, by_id=cast.hao)

    assert db.read_sync(comment_by_id, posted.id).state == "deleted"


def test_a_place_stays_empty_while_replies_hang_on_it(db: Database, cast: Cast, clip: int):
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="first")
    reply = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="second", reply_to_id=root.id)

    db.write_sync(delete_comment, comment_id=root.id, by_id=cast.bo)

    assert listed(db, clip, cast.ines) == [root.id]
    replies = db.read_sync(replies_in_thread, thread_id=root.id, viewer_id=cast.ines, after=None, limit=5)
    assert [one.id for one in replies] == [reply.id]
    assert db.read_sync(comment_counts, [clip])[clip] == 1
    with pytest.raises(NotFound):
        db.write_sync(post_comment, video_id=clip, author_id=cast.ines, body="third", reply_to_id=root.id)

    db.write_sync(delete_comment, comment_id=reply.id, by_id=cast.lan)
    assert listed(db, clip, cast.ines) == []
    assert counts_match_rows(db)


def test_deletions_replies_and_likes_at_once_leave_exact_counters(db: Database, cast: Cast, clip: int):
    bo, lan, crowd = cast.bo, cast.lan, cast.crowd(4)
    for _ in range(4):
        root = db.write_sync(post_comment, video_id=clip, author_id=bo, body="root")
        reply = db.write_sync(post_comment, video_id=clip, author_id=lan, body="reply", reply_to_id=root.id)
        at_once(
            [
                *[lambda r=root: db.write_sync(delete_comment, comment_id=r.id, by_id=bo)] * 2,
                *[lambda r=reply: db.write_sync(delete_comment, comment_id=r.id, by_id=lan)] * 2,
                *[
                    lambda who=who, r=root: db.write_sync(
                        post_comment, video_id=clip, author_id=who, body="me too", reply_to_id=r.id
                    )
                    for who in crowd
                ],
                *[
                    lambda who=who, r=reply: db.write_sync(like_comment, comment_id=r.id, account_id=who)
                    for who in crowd
                ],
                *[
                    lambda who=who, r=root: db.write_sync(like_comment, comment_id=r.id, account_id=who)
                    for who in crowd
                ],
            ]
        )
        assert db.read_sync(comment_by_id, root.id).state == db.read_sync(comment_by_id, reply.id).state == "deleted"
        assert counts_match_rows(db)
    assert len(emitted(db, CommentDeleted)) == 8


def test_a_deleted_account_leaves_no_word_behind(db: Database, cast: Cast, clip: int):
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="my words", client_id="tap-1")
    reply = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="hers", reply_to_id=root.id)
    db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="mine again", reply_to_id=reply.id)
    db.write_sync(like_comment, comment_id=reply.id, account_id=cast.bo)

    for _ in range(2):  # A delivery may be repeated.
        db.write_sync(erase_own, AccountDeleted(account_id=cast.bo))

    def left(tx: Tx) -> list[tuple[str | None, str | None]]:
        mine = sa.select(comment.c.body, comment.c.client_id).where(comment.c.author_id == cast.bo)
        return list(tx.execute(mine).tuples())

    assert db.read_sync(left) == [(None, None)] * 2
    assert db.read_sync(comment_by_id, reply.id).likes == 0
    assert db.read_sync(comment_counts, [clip])[clip] == 1
    assert counts_match_rows(db)


def test_a_removed_video_takes_the_talk_below_it_along(db: Database, cast: Cast, clip: int):
    other = shelve_video(db, author_id=cast.mei)
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="first")
    db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="second", reply_to_id=root.id)
    db.write_sync(like_comment, comment_id=root.id, account_id=cast.lan)
    kept = db.write_sync(post_comment, video_id=other, author_id=cast.lan, body="elsewhere")

    db.write_sync(erase_received, VideoRemoved(video_id=clip, author_id=cast.mei, was_published=True))

    def rows(tx: Tx) -> tuple[list[int], int]:
        return tx.scalars(sa.select(comment.c.id)), tx.scalar(sa.select(sa.func.count()).select_from(comment_like))

    assert db.read_sync(rows) == ([kept.id], 0)
    assert counts_match_rows(db)
