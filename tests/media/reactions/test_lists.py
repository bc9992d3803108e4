"""Lists of what one likes and keeps."""

from datetime import timedelta

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.queries import Reaction, favourites_of, likes_of
from tests.cast import Cast
from tests.media.shelf import shelve_video


def all_pages(query, db: Database, person_id: int, *, limit: int) -> list[Reaction]:
    """Read a list page by page, as a client does."""
    found: list[Reaction] = []
    after = None
    while page := db.read_sync(query, person_id=person_id, after=after, limit=limit):
        found += page
        after = (page[-1].reacted_at, page[-1].video_id)
    return found


def test_likes_come_newest_first_and_each_once(db: Database, cast: Cast, clock: ManualClock):
    clips = [shelve_video(db, author_id=cast.mei) for _ in range(7)]
    for n, clip in enumerate(clips):
        db.write_sync(like_video, video_id=clip, account_id=cast.bo)
        if n % 3 == 2:  # Several in the same millisecond, too.
            clock.advance(timedelta(minutes=1))
    db.write_sync(like_video, video_id=clips[0], account_id=cast.lan)

    likes = all_pages(likes_of, db, cast.bo, limit=2)

    assert sorted(one.video_id for one in likes) == sorted(clips)
    assert [one.reacted_at for one in likes] == sorted((one.reacted_at for one in likes), reverse=True)


def test_favourites_are_a_list_of_their_own(db: Database, cast: Cast):
    liked, kept = (shelve_video(db, author_id=cast.mei) for _ in range(2))
    db.write_sync(like_video, video_id=liked, account_id=cast.bo)
    db.write_sync(favourite_video, video_id=kept, account_id=cast.bo)

    assert [one.video_id for one in all_pages(favourites_of, db, cast.bo, limit=5)] == [kept]
    assert all_pages(favourites_of, db, cast.mei, limit=5) == []
