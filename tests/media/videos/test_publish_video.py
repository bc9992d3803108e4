"""From an arrived file to a video that plays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.errors import NotFound
from miaohui.media.uploads.actions.claim_upload import UploadIncomplete
from miaohui.media.uploads.actions.create_upload import create_upload
from miaohui.media.uploads.queries import upload_by_id
from miaohui.media.videos.actions.publish_video import PublishedOtherwise, Wish, publish_video
from miaohui.media.videos.events import VideoProgressed, VideoPublished, VideoSharpened
from miaohui.media.videos.queries import renditions_of, video_cards
from miaohui.media.videos.tables import video, video_hashtag
from tests.at_once import at_once
from tests.emitted import emitted


def test_a_phone_clip_plays_at_once_and_then_from_its_ladder(booth, cast, studio, db):
    video_id = booth.publish(cast.mei, studio.phone_clip(), caption="夜市开张 #美食 #NightMarket")
    assert booth.own(video_id).state == "processing"
    booth.work()
    assert booth.failures() == []
    card = db.read_sync(video_cards, [video_id])[video_id]
    assert (card.author_id, card.caption, card.topics) == (
        cast.mei,
        "夜市开张 #美食 #NightMarket",
        ("美食", "NightMarket"),
    )
    play = card.playback
    assert (play.width, play.height, play.duration_ms, play.has_audio) == (160, 284, 1000, True)
    assert booth.path_of(play.hls).read_text().startswith("#EXTM3U")
    assert studio.look(booth.path_of(play.mp4)).video_codec == "h264"
    for picture, magic in ((play.poster, b"\xff\xd8"), (play.thumbnail, b"RIFF"), (play.preview, b"RIFF")):
        assert booth.path_of(picture).read_bytes().startswith(magic)
    assert play.preview_frames == 8
    assert [rung.name for rung in db.read_sync(renditions_of, video_id)] == ["160p"]
    assert booth.moves(video_id) == [("processing", "published", "plays as it came")]
    assert booth.moves(video_id, "ladder") == [
        ("waiting", "building", "a worker has begun"),
        ("building", "ready", "1 renditions"),
    ]


def test_news_of_a_video_goes_out_once_each(booth, cast, studio, db, clock):
    video_id = booth.published(cast.mei, studio.clip())
    assert emitted(db, VideoPublished) == [VideoPublished(video_id=video_id, author_id=cast.mei, at=clock.now())]
    assert emitted(db, VideoSharpened) == [VideoSharpened(video_id=video_id, author_id=cast.mei)]
    assert len(emitted(db, VideoProgressed)) >= 2
    assert booth.own(video_id).progress == 1.0


def test_nothing_personal_remains_and_the_upload_is_gone(booth, cast, studio, db):
    video_id = booth.published(cast.mei, studio.phone_clip())
    upload_id = db.read_sync(lambda tx: tx.scalar(sa.select(video.c.upload_id).where(video.c.id == video_id)))
    assert db.read_sync(upload_by_id, upload_id).state == "discarded"
    assert not booth.files.path_of(upload_id).exists()
    for key in booth.stored():
        content = booth.blobs.path_of(key).read_bytes()
        assert b"+31.2304" not in content
        assert b"Lantern 9" not in content


def test_the_first_copy_stays_for_an_hour_for_who_is_in_the_middle_of_it(booth, cast, studio, db, clock):
    video_id = booth.published(cast.mei, studio.clip())
    firsts = [key for key in booth.stored(f"videos/{video_id}") if key.endswith("first.mp4")]
    assert len(firsts) == 1
    clock.advance(timedelta(minutes=61))
    booth.work()
    left = booth.stored(f"videos/{video_id}")
    assert not any(key.endswith("first.mp4") for key in left)
    play = db.read_sync(video_cards, [video_id])[video_id].playback
    wanted = {booth.path_of(url) for url in (play.hls, play.mp4, play.poster, play.thumbnail, play.preview)}
    assert wanted <= {booth.blobs.path_of(key) for key in left}


def test_what_browsers_do_not_play_is_published_by_its_ladder(booth, cast, studio):
    source = studio.clip("clip.webm", options=("-c:v", "libvpx", "-deadline", "realtime"))
    video_id = booth.published(cast.mei, source)
    assert booth.failures() == []
    assert booth.moves(video_id) == [("processing", "published", "the ladder is there")]


def test_a_long_clip_of_that_kind_is_seen_before_its_ladder(booth, cast, studio, monkeypatch):
    monkeypatch.setattr("miaohui.media.videos.jobs._STRAIGHT_TO_LADDER_MS", 500)
    source = studio.clip("clip.webm", options=("-c:v", "libvpx", "-deadline", "realtime"))
    video_id = booth.published(cast.mei, source)
    assert booth.failures() == []
    assert booth.moves(video_id) == [("processing", "published", "encoded to play everywhere")]
    assert booth.own(video_id).ladder == "ready"


def test_cut_and_cover_are_as_asked_for(booth, cast, studio, db):
    source = studio.clip("long.mp4", seconds=4)
    video_id = booth.published(cast.mei, source, start_ms=1000, end_ms=2500, cover_ms=2000)
    play = db.read_sync(video_cards, [video_id])[video_id].playback
    assert play.duration_ms == 1500
    assert studio.look(booth.path_of(play.mp4)).duration_ms == 1500
    # A cut is never published by copy: the first copy would hold what was cut away.
    assert booth.moves(video_id) == [("processing", "published", "the ladder is there")]


def test_asking_again_gives_the_same_video(booth, cast, studio, db):
    upload_id = booth.bring(cast.mei, studio.clip())
    asked = {"author_id": cast.mei, "upload_id": upload_id}
    first = db.write_sync(publish_video, **asked, wish=Wish(caption="once"))
    assert db.write_sync(publish_video, **asked, wish=Wish(caption="once")) == first
    booth.work()
    # Also when the upload is long over.
    assert db.write_sync(publish_video, **asked, wish=Wish(caption="once")) == first
    assert [event.video_id for event in emitted(db, VideoPublished)] == [first]


def test_asking_again_for_something_else_is_refused(booth, cast, studio, db):
    upload_id = booth.bring(cast.mei, studio.clip())
    first = db.write_sync(publish_video, author_id=cast.mei, upload_id=upload_id, wish=Wish(caption="once"))
    with pytest.raises(PublishedOtherwise) as caught:
        db.write_sync(publish_video, author_id=cast.mei, upload_id=upload_id, wish=Wish(caption="twice"))
    assert caught.value.data == {"video_id": str(first)}


def test_eight_impatient_thumbs_publish_one_video(booth, cast, studio, db):
    upload_id = booth.bring(cast.mei, studio.clip())
    wish = Wish(caption="once")
    ids = at_once(
        [lambda: db.write_sync(publish_video, author_id=cast.mei, upload_id=upload_id, wish=wish) for _ in range(8)]
    )
    assert len(set(ids)) == 1
    assert db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(video))) == 1


def test_nobody_publishes_what_is_anothers_or_has_not_arrived(booth, cast, studio, db):
    upload_id = booth.bring(cast.mei, studio.clip())
    with pytest.raises(NotFound):
        db.write_sync(publish_video, author_id=cast.bo, upload_id=upload_id, wish=Wish())
    begun = db.write_sync(
        create_upload, owner_id=cast.mei, size_bytes=10, announced="", filename="a", max_bytes=1 << 30
    )
    with pytest.raises(UploadIncomplete):
        db.write_sync(publish_video, author_id=cast.mei, upload_id=begun.id, wish=Wish())


def test_hashtags_lead_to_a_video_from_its_publication_on(booth, cast, studio, db):
    def under(tag: str) -> list[int]:
        return db.read_sync(
            lambda tx: tx.scalars(sa.select(video_hashtag.c.video_id).where(video_hashtag.c.tag == tag))
        )

    video_id = booth.publish(cast.mei, studio.clip(), caption="#NightMarket")
    assert under("nightmarket") == []
    booth.work()
    assert under("nightmarket") == [video_id]
