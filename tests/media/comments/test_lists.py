"""Reading what was said, page by page."""

from datetime import timedelta

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.media.comments.access import access_comment, access_thread
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.answers import read_in_place
from miaohui.media.comments.queries import most_liked_comments, newest_comments, replies_in_thread
from miaohui.people.graph.actions.block_person import block_person
from tests.cast import Cast
from tests.media.shelf import shelve_video


@pytest.fixture
def clip(db: Database, cast: Cast) -> int:
    return shelve_video(db, author_id=cast.mei)


def all_pages(query, place, db: Database, *, limit: int, **kw) -> list[int]:
    """Read a list page by page, as a client does."""
    found: list[int] = []
    after = None
    while page := db.read_sync(query, after=after, limit=limit, **kw):
        found += [one.id for one in page]
        after = place(page[-1])
    return found


def by_time(last):
    return (last.posted_at, last.id)


def by_likes(last):
    return (last.likes, last.posted_at, last.id)


def test_comments_come_newest_first_and_each_once(db: Database, cast: Cast, clip: int, clock: ManualClock):
    posted = []
    for n in range(7):
        posted.append(db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body=f"no. {n}").id)
        if n % 3 == 2:  # Several in the same millisecond, too.
            clock.advance(timedelta(minutes=1))

    assert all_pages(newest_comments, by_time, db, limit=2, video_id=clip, viewer_id=cast.ines) == posted[::-1]


def test_the_most_liked_come_first_and_among_equals_the_newest(db: Database, cast: Cast, clip: int):
    posted = [db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body=f"no. {n}").id for n in range(5)]
    for liked, likers in ((posted[1], 3), (posted[3], 1)):
        for who in cast.crowd(likers):
            db.write_sync(like_comment, comment_id=liked, account_id=who)

    found = all_pages(most_liked_comments, by_likes, db, limit=2, video_id=clip, viewer_id=cast.ines)

    assert found == [posted[1], posted[3], posted[4], posted[2], posted[0]]


def test_replies_come_oldest_first(db: Database, cast: Cast, clip: int):
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.mei, body="root").id
    replies = [
        db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body=f"no. {n}", reply_to_id=root).id
        for n in range(5)
    ]

    assert all_pages(replies_in_thread, by_time, db, limit=2, thread_id=root, viewer_id=cast.ines) == replies


def test_what_blocked_people_say_is_hidden_from_each_other_alone(db: Database, cast: Cast, clip: int):
    haos = db.write_sync(post_comment, video_id=clip, author_id=cast.hao, body="I was here").id
    bos = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Me too").id
    haos_reply = db.write_sync(post_comment, video_id=clip, author_id=cast.hao, body="Hm", reply_to_id=bos).id
    below_hao = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="欢迎", reply_to_id=haos).id
    db.write_sync(block_person, blocker_id=cast.ines, blocked_id=cast.hao)

    def seen_by(viewer_id: int) -> list[int]:
        roots = all_pages(newest_comments, by_time, db, limit=5, video_id=clip, viewer_id=viewer_id)
        return roots + all_pages(replies_in_thread, by_time, db, limit=5, thread_id=bos, viewer_id=viewer_id)

    assert seen_by(cast.ines) == [bos]
    assert seen_by(cast.lan) == [bos, haos, haos_reply]
    for hidden in (haos, haos_reply, below_hao):
        with pytest.raises(NotFound):
            db.read_sync(access_comment, hidden, viewer_id=cast.ines)
    with pytest.raises(NotFound):
        db.read_sync(access_thread, haos, viewer_id=cast.ines)
    iness = db.write_sync(post_comment, video_id=clip, author_id=cast.ines, body="Peace").id
    assert iness not in seen_by(cast.hao)
    assert iness in seen_by(cast.lan)


def test_a_reply_is_no_thread(db: Database, cast: Cast, clip: int):
    root = db.write_sync(post_comment, video_id=clip, author_id=cast.mei, body="root").id
    reply = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="reply", reply_to_id=root).id

    assert db.read_sync(access_thread, root, viewer_id=cast.ines).id == root
    with pytest.raises(NotFound):
        db.read_sync(access_thread, reply, viewer_id=cast.ines)


def test_a_link_to_a_reply_shows_its_thread_and_to_nobody_who_may_not_see_it(db: Database, cast: Cast, clip: int):
    top = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="好吃吗")
    reply = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="好吃", reply_to_id=top.id)

    found = db.read_sync(read_in_place, comment_id=reply.id, viewer_id=cast.mei)
    alone = db.read_sync(read_in_place, comment_id=top.id, viewer_id=cast.mei)

    assert (found.thread.body, found.comment.body) == ("好吃吗", "好吃")
    assert alone.thread.id == alone.comment.id == str(top.id)
    db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.ines)
    with pytest.raises(NotFound):
        db.read_sync(read_in_place, comment_id=reply.id, viewer_id=cast.ines)
