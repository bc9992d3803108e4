"""Liking, keeping and sharing: rows and counters never part."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.media.reactions.actions.unfavourite_video import unfavourite_video
from miaohui.media.reactions.actions.unlike_video import unlike_video
from miaohui.media.reactions.events import (
    VideoFavourited,
    VideoLiked,
    VideoShared,
    VideoUnfavourited,
    VideoUnliked,
)
from miaohui.media.reactions.queries import ReactionCounts, likes_received, own_reactions, reaction_counts
from miaohui.media.reactions.tables import reaction_count
from miaohui.media.reactions.tally import COUNTED
from miaohui.people.graph.actions.block_person import block_person
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.media.shelf import shelve_video


def counts_match_rows(db: Database) -> bool:
    """Whether every counter says what a count of the rows says."""

    def compare(tx: Tx) -> bool:
        for table, counter in COUNTED.items():
            rows = dict(
                tx.execute(sa.select(table.c.video_id, sa.func.count()).group_by(table.c.video_id)).tuples().all()
            )
            counted = dict(tx.execute(sa.select(reaction_count.c.video_id, counter)).tuples().all())
            if {key: n for key, n in counted.items() if n} != rows:
                return False
        return True

    return db.read_sync(compare)


def test_bo_likes_meis_clip(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)

    answer = db.write_sync(like_video, video_id=clip, account_id=cast.bo)

    assert answer.liked
    assert answer.counts == ReactionCounts(likes=1)
    [event] = emitted(db, VideoLiked)
    assert (event.person_id, event.video_id, event.author_id) == (cast.bo, clip, cast.mei)
    assert event.at == db.clock.now()
    assert db.read_sync(likes_received, cast.mei) == 1


@pytest.mark.parametrize(
    ("do", "undo", "done", "undone", "counter"),
    [
        (like_video, unlike_video, VideoLiked, VideoUnliked, "likes"),
        (favourite_video, unfavourite_video, VideoFavourited, VideoUnfavourited, "favourites"),
    ],
)
def test_doing_and_undoing_again_is_doing_and_undoing_once(db: Database, cast: Cast, do, undo, done, undone, counter):
    clip = shelve_video(db, author_id=cast.mei)

    first, again = (db.write_sync(do, video_id=clip, account_id=cast.bo) for _ in range(2))
    assert first == again
    assert getattr(again.counts, counter) == 1
    first, again = (db.write_sync(undo, video_id=clip, account_id=cast.bo) for _ in range(2))
    assert first == again
    assert again.counts == ReactionCounts()

    assert len(emitted(db, done)) == len(emitted(db, undone)) == 1
    assert counts_match_rows(db)


def test_sharing_counts_people_not_taps(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)

    for sharer in (cast.bo, cast.bo, cast.lan):
        answer = db.write_sync(share_video, video_id=clip, account_id=sharer)

    assert answer.counts.shares == 2
    assert [event.person_id for event in emitted(db, VideoShared)] == [cast.bo, cast.lan]


@pytest.mark.parametrize("state", ["processing", "removed"])
def test_what_is_not_published_cannot_be_liked(db: Database, cast: Cast, state):
    clip = shelve_video(db, author_id=cast.mei, state=state)

    for act in (like_video, favourite_video, share_video, unlike_video, unfavourite_video):
        with pytest.raises(NotFound):
            db.write_sync(act, video_id=clip, account_id=cast.bo)

    assert db.read_sync(reaction_counts, [clip])[clip] == ReactionCounts()


def test_blocked_people_do_not_react_to_each_other_but_take_back_what_they_did(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)
    db.write_sync(like_video, video_id=clip, account_id=cast.hao)
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)

    with pytest.raises(NotFound):
        db.write_sync(favourite_video, video_id=clip, account_id=cast.hao)
    answer = db.write_sync(unlike_video, video_id=clip, account_id=cast.hao)

    assert answer.counts == ReactionCounts()
    assert counts_match_rows(db)


def test_the_past_can_be_told(db: Database, cast: Cast):
    clip = shelve_video(db, author_id=cast.mei)
    last_winter = datetime(2026, 1, 2, 20, 0, tzinfo=UTC)

    db.write_sync(like_video, video_id=clip, account_id=cast.bo, at=last_winter)

    assert emitted(db, VideoLiked)[0].at == last_winter


def test_own_reactions_of_many_videos_are_one_answer(db: Database, cast: Cast):
    liked, kept, neither = (shelve_video(db, author_id=cast.mei) for _ in range(3))
    db.write_sync(like_video, video_id=liked, account_id=cast.bo)
    db.write_sync(favourite_video, video_id=kept, account_id=cast.bo)

    mine = db.read_sync(own_reactions, person_id=cast.bo, video_ids=[liked, kept, neither])

    assert [(mine[clip].liked, mine[clip].favourited) for clip in (liked, kept, neither)] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_twenty_taps_at_once_are_one_like(db: Database, cast: Cast):
    bo, clip = cast.bo, shelve_video(db, author_id=cast.mei)

    answers = at_once([lambda: db.write_sync(like_video, video_id=clip, account_id=bo)] * 20)

    assert all(answer.liked and answer.counts.likes == 1 for answer in answers)
    assert len(emitted(db, VideoLiked)) == 1
    assert counts_match_rows(db)


def test_fifty_people_at_once_are_fifty_likes(db: Database, cast: Cast):
    clip, crowd = shelve_video(db, author_id=cast.mei), cast.crowd(50)

    at_once([lambda who=who: db.write_sync(like_video, video_id=clip, account_id=who) for who in crowd])

    assert db.read_sync(reaction_counts, [clip])[clip].likes == 50
    assert len({event.person_id for event in emitted(db, VideoLiked)}) == 50
    assert counts_match_rows(db)


def test_likes_and_unlikes_that_cross_each_other_leave_exact_counters(db: Database, cast: Cast):
    clip, crowd = shelve_video(db, author_id=cast.mei), cast.crowd(5)
    calls = []
    for who in crowd:
        calls += [lambda who=who: db.write_sync(like_video, video_id=clip, account_id=who)] * 3
        calls += [lambda who=who: db.write_sync(unlike_video, video_id=clip, account_id=who)] * 3

    answers = at_once(calls)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert counts_match_rows(db)
    # Every event is one change of the counter, so their difference is what stands there now.
    assert db.read_sync(reaction_counts, [clip])[clip].likes == len(emitted(db, VideoLiked)) - len(
        emitted(db, VideoUnliked)
    )
