"""What a person may do to a video, and what others may not."""

import pytest
import sqlalchemy as sa

from miaohui.kit.errors import Conflict, Forbidden, NotFound
from miaohui.kit.jobs import job_table
from miaohui.media.uploads.queries import upload_by_id
from miaohui.media.videos.access import access_own_video, access_video, may_hear_progress, video_author
from miaohui.media.videos.actions.edit_caption import edit_caption
from miaohui.media.videos.actions.remove_video import remove_video
from miaohui.media.videos.events import VideoEdited, VideoRemoved
from miaohui.media.videos.handlers import remove_videos
from miaohui.media.videos.queries import (
    count_published,
    newest_videos,
    own_videos,
    video_cards,
    video_facts,
    videos_by,
    videos_under_topic,
)
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from tests.emitted import emitted


@pytest.fixture
def clip(booth, cast, studio):
    return booth.published(cast.mei, studio.clip(), caption="夜市开张 #美食")


def under(db, topic, viewer_id=0):
    return [card.id for card in db.read_sync(videos_under_topic, topic=topic, viewer_id=viewer_id, after=None, limit=9)]


def test_other_words_lead_to_other_hashtags(db, cast, clip):
    db.write_sync(edit_caption, video_id=clip, person_id=cast.mei, caption="灯会 #灯笼 #Lanterns")
    card = db.read_sync(video_cards, [clip])[clip]
    assert (card.caption, card.topics) == ("灯会 #灯笼 #Lanterns", ("灯笼", "Lanterns"))
    assert under(db, "美食") == []
    assert under(db, "ＬＡＮＴＥＲＮＳ") == [clip]
    assert emitted(db, VideoEdited) == [VideoEdited(video_id=clip, author_id=cast.mei)]


def test_the_same_words_are_no_news(db, cast, clip):
    db.write_sync(edit_caption, video_id=clip, person_id=cast.mei, caption="夜市开张 #美食 ")
    assert emitted(db, VideoEdited) == []


def test_nobody_changes_or_removes_what_is_anothers(db, cast, clip):
    with pytest.raises(Forbidden):
        db.write_sync(edit_caption, video_id=clip, person_id=cast.bo, caption="mine")
    with pytest.raises(Forbidden):
        db.write_sync(remove_video, video_id=clip, person_id=cast.bo)
    assert db.read_sync(video_cards, [clip])[clip].caption == "夜市开张 #美食"


def test_what_is_not_published_is_not_there_for_others(booth, db, cast, studio):
    video_id = booth.publish(cast.mei, studio.clip())
    for ask in (access_video, access_own_video):
        with pytest.raises(NotFound):
            db.read_sync(ask, video_id=video_id, **{"viewer_id" if ask is access_video else "person_id": cast.bo})
    assert db.read_sync(access_own_video, video_id=video_id, person_id=cast.mei).state == "processing"
    with pytest.raises(NotFound):
        db.read_sync(access_video, video_id=video_id, viewer_id=cast.mei)


def test_those_who_must_not_meet_do_not_see_each_others_videos(db, cast, clip):
    assert db.read_sync(access_video, video_id=clip, viewer_id=cast.hao).author_id == cast.mei
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    with pytest.raises(NotFound):
        db.read_sync(access_video, video_id=clip, viewer_id=cast.hao)
    assert under(db, "美食", viewer_id=cast.hao) == []
    assert under(db, "美食", viewer_id=cast.bo) == [clip]


def test_a_removed_video_leaves_nothing_but_the_note_that_it_was(booth, db, cast, clip):
    db.write_sync(remove_video, video_id=clip, person_id=cast.mei)
    booth.work()
    assert booth.stored() == []
    assert db.read_sync(video_cards, [clip]) == {}
    assert under(db, "美食") == []
    assert db.read_sync(count_published, cast.mei) == 0
    assert db.read_sync(video_author, clip) == cast.mei
    assert booth.moves(clip)[-1] == ("published", "removed", "taken down by its owner")
    event = VideoRemoved(video_id=clip, author_id=cast.mei, was_published=True)
    assert emitted(db, VideoRemoved) == [event]
    for _ in range(2):
        with pytest.raises(NotFound):
            db.write_sync(remove_video, video_id=clip, person_id=cast.mei)
    assert emitted(db, VideoRemoved) == [event]


def test_removed_before_anybody_worked_on_it(booth, db, cast, studio):
    video_id = booth.publish(cast.mei, studio.clip())
    upload_id = db.read_sync(video_facts, video_id).upload_id
    db.write_sync(remove_video, video_id=video_id, person_id=cast.mei)
    booth.work()
    assert booth.failures() == []
    assert booth.stored() == []
    assert db.read_sync(upload_by_id, upload_id).state == "discarded"
    assert not booth.files.path_of(upload_id).exists()


def test_removed_while_its_ladder_is_built(booth, db, cast, studio, monkeypatch):
    from miaohui.media.videos import jobs

    video_id = booth.publish(cast.mei, studio.clip("long.mp4", seconds=4))
    encode = jobs.encode_ladder

    def encode_and_remove(**kw):
        encode(**kw)
        db.write_sync(remove_video, video_id=video_id, person_id=cast.mei)

    monkeypatch.setattr(jobs, "encode_ladder", encode_and_remove)
    booth.work()
    assert booth.failures() == []
    assert booth.own(video_id).state == "removed"
    assert booth.stored() == []


def test_a_removal_stops_the_encoder(booth, db, cast, studio, monkeypatch):
    """Between two percents it is noticed that nobody wants the video any more."""
    from miaohui.media.videos import workshop

    video_id = booth.publish(cast.mei, studio.clip("long.mp4", seconds=4))
    note = workshop.note_progress

    def remove_and_note(tx, **kw):
        remove_video(tx, video_id=video_id, person_id=cast.mei)
        return note(tx, **kw)

    monkeypatch.setattr(workshop, "note_progress", remove_and_note)
    booth.work()
    assert booth.failures() == []
    assert booth.stored() == []
    done = db.read_sync(
        lambda tx: tx.scalar(sa.select(job_table.c.state).where(job_table.c.kind == "videos.build_ladder"))
    )
    assert done == "done"


def test_words_under_a_refused_file_cannot_be_changed(booth, db, cast, studio):
    video_id = booth.published(cast.mei, studio.text("list.mp4", "no video"))
    with pytest.raises(Conflict):
        db.write_sync(edit_caption, video_id=video_id, person_id=cast.mei, caption="x")
    db.write_sync(remove_video, video_id=video_id, person_id=cast.mei)
    assert booth.own(video_id).state == "removed"


def test_lists_are_newest_first_and_go_on_where_they_stopped(booth, db, cast, studio, clock):
    from datetime import timedelta

    ids = []
    for _ in range(3):
        ids.append(booth.published(cast.mei, studio.clip()))
        clock.advance(timedelta(minutes=1))
    newest_first = ids[::-1]
    first = db.read_sync(videos_by, author_id=cast.mei, after=None, limit=2)
    assert [card.id for card in first] == newest_first[:2]
    place = (first[-1].published_at, first[-1].id)
    assert [card.id for card in db.read_sync(videos_by, author_id=cast.mei, after=place, limit=2)] == newest_first[2:]
    assert [card.id for card in db.read_sync(newest_videos, after=None, limit=9)] == newest_first
    own = db.read_sync(own_videos, author_id=cast.mei, after=None, limit=9)
    assert [each.id for each in own] == newest_first
    assert db.read_sync(own_videos, author_id=cast.bo, after=None, limit=9) == []


def test_a_deleted_account_leaves_no_video(booth, db, cast, clip):
    db.write_sync(remove_videos, AccountDeleted(account_id=cast.mei))
    booth.work()
    assert booth.stored() == []
    assert booth.own(clip).caption == ""
    assert emitted(db, VideoRemoved) == [VideoRemoved(video_id=clip, author_id=cast.mei, was_published=True)]


def test_progress_is_its_owners_alone(db, cast, clip):
    from miaohui.kit.http.viewer import Session, Viewer

    def viewer(account_id):
        session = Session(account_id=account_id, device_id=1, handle="x", nickname="x", avatar_url="", is_minor=False)
        return Viewer(person_id=account_id, session=session, locale="en", theme="auto")

    assert db.read_sync(may_hear_progress, viewer(cast.mei), video_id=clip)
    assert not db.read_sync(may_hear_progress, viewer(cast.bo), video_id=clip)
    assert not db.read_sync(may_hear_progress, viewer(cast.mei), video_id=clip + 1)
    nobody = Viewer(person_id=cast.mei, session=None, locale="en", theme="auto")
    assert not db.read_sync(may_hear_progress, nobody, video_id=clip)
