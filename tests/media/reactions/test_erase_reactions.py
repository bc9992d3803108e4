"""What is left when an account or a video is gone: nothing, and exact counters."""

from miaohui.kit.db import Database
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.media.reactions.handlers import erase_own, erase_received
from miaohui.media.reactions.queries import ReactionCounts, favourites_of, likes_of, likes_received, reaction_counts
from miaohui.media.videos.events import VideoRemoved
from miaohui.people.accounts.events import AccountDeleted
from tests.cast import Cast
from tests.media.reactions.test_like_video import counts_match_rows
from tests.media.shelf import shelve_video

ACTS = (like_video, favourite_video, share_video)


def test_a_deleted_account_takes_its_reactions_along(db: Database, cast: Cast):
    clips = [shelve_video(db, author_id=cast.mei) for _ in range(3)]
    for clip in clips:
        for act in ACTS:
            db.write_sync(act, video_id=clip, account_id=cast.bo)
            db.write_sync(act, video_id=clip, account_id=cast.lan)

    for _ in range(2):  # A delivery may be repeated.
        db.write_sync(erase_own, AccountDeleted(account_id=cast.bo))

    for clip in clips:
        assert db.read_sync(reaction_counts, [clip])[clip] == ReactionCounts(likes=1, favourites=1, shares=1)
    assert db.read_sync(likes_of, person_id=cast.bo, after=None, limit=5) == []
    assert db.read_sync(favourites_of, person_id=cast.bo, after=None, limit=5) == []
    assert len(db.read_sync(likes_of, person_id=cast.lan, after=None, limit=5)) == 3
    assert counts_match_rows(db)


def test_a_removed_video_takes_the_reactions_to_it_along(db: Database, cast: Cast):
    gone, stays = (shelve_video(db, author_id=cast.mei) for _ in range(2))
    for act in ACTS:
        db.write_sync(act, video_id=gone, account_id=cast.bo)
        db.write_sync(act, video_id=stays, account_id=cast.bo)

    db.write_sync(erase_received, VideoRemoved(video_id=gone, author_id=cast.mei, was_published=True))

    assert db.read_sync(reaction_counts, [gone, stays]) == {
        gone: ReactionCounts(),
        stays: ReactionCounts(likes=1, favourites=1, shares=1),
    }
    assert [one.video_id for one in db.read_sync(likes_of, person_id=cast.bo, after=None, limit=5)] == [stays]
    assert db.read_sync(likes_received, cast.mei) == 1
    assert counts_match_rows(db)
