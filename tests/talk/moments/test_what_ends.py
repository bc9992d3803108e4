"""Moods are over after a while, and time lines keep the newest."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.talk.moments.actions.fan_out import trim_timelines
from miaohui.talk.moments.actions.post_moment import post_moment
from miaohui.talk.moments.actions.set_mood import forget_past_moods, set_mood
from miaohui.talk.moments.moods import LASTING, Lasting
from miaohui.talk.moments.queries import album_of, moods_for, timeline_of
from miaohui.talk.moments.tables import moment_timeline, person_mood
from tests.cast import Cast
from tests.talk.moments.friendships import befriend
from tests.until_quiet import until_quiet


@pytest.mark.parametrize("lasts", LASTING)
def test_a_mood_is_over_in_its_second(db: Database, clock: ManualClock, cast: Cast, lasts: Lasting):
    befriend(db, cast.mei, cast.bo)
    db.write_sync(set_mood, person_id=cast.mei, mood="rain", words="带伞", lasts=lasts)

    def felt() -> list[str]:
        return [one.words for one in db.read_sync(moods_for, viewer_id=cast.bo)]

    clock.advance(LASTING[lasts] - timedelta(seconds=1))
    assert felt() == ["带伞"]
    clock.advance(timedelta(seconds=1))
    # Nothing has swept it yet: it is the read that decides.
    assert felt() == []
    assert db.write_sync(forget_past_moods) == 1
    assert db.read_sync(lambda tx: tx.scalars(sa.select(person_mood.c.person_id))) == []


def test_a_line_keeps_the_newest_and_the_album_all(db: Database, clock: ManualClock, cast: Cast):
    befriend(db, cast.mei, cast.bo)
    posted = []
    for n in range(6):
        posted.append(db.write_sync(post_moment, author_id=cast.mei, body=str(n)).id)
        # Two in the same moment: the id tells which is older.
        clock.advance(timedelta(seconds=n % 2))
    until_quiet(db, clock)

    assert db.write_sync(trim_timelines, longest=3) == 2, "hers and his"

    def line(person_id: int) -> list[int]:
        mine = moment_timeline.c.person_id == person_id
        return sorted(db.read_sync(lambda tx: tx.scalars(sa.select(moment_timeline.c.moment_id).where(mine))))

    assert line(cast.bo) == line(cast.mei) == sorted(posted[3:])
    assert [one.id for one in db.read_sync(timeline_of, viewer_id=cast.bo, after=None, limit=9)] == posted[:2:-1]
    album = db.read_sync(album_of, author_id=cast.mei, viewer_id=cast.bo, after=None, limit=9)
    assert [one.id for one in album] == posted[::-1]
    assert db.write_sync(trim_timelines, longest=3) == 0
