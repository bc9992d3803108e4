"""A file that cannot become a video is refused with a reason, and leaves nothing."""

import pytest

from miaohui.media.uploads.queries import upload_by_id
from miaohui.media.videos.events import VideoPublished, VideoRefused
from miaohui.media.videos.queries import video_cards, video_facts
from tests.emitted import emitted
from tests.media.booth import Booth


def test_a_text_file_renamed_to_mp4(booth, cast, studio, db):
    video_id = booth.published(cast.mei, studio.text("shopping-list.mp4", "lanterns, rice paper, glue\n"))
    own = booth.own(video_id)
    assert (own.state, own.refusal_code, own.progress) == ("refused", "not_a_video", 1.0)
    assert emitted(db, VideoRefused) == [VideoRefused(video_id=video_id, author_id=cast.mei, code="not_a_video")]
    assert emitted(db, VideoPublished) == []
    assert db.read_sync(video_cards, [video_id]) == {}
    assert booth.stored() == []
    facts = db.read_sync(video_facts, video_id)
    assert db.read_sync(upload_by_id, facts.upload_id).state == "discarded"
    assert not booth.files.path_of(facts.upload_id).exists()
    assert booth.failures() == []


@pytest.mark.parametrize(
    ("limit", "source", "code", "data"),
    [
        ({"video_max_s": 2}, "long", "video_too_long", {"limit_ms": 2000}),
        ({"upload_max_bytes": 1000}, "clip", "file_too_large", {"limit_bytes": 1000}),
    ],
)
def test_what_the_settings_forbid(db, tmp_path, cast, studio, limit, source, code, data):
    booth = Booth(db, tmp_path / "data", **limit)
    file = studio.clip("long.mp4", seconds=4) if source == "long" else studio.clip()
    own = booth.own(booth.published(cast.mei, file))
    assert (own.state, own.refusal_code, own.refusal_data) == ("refused", code, data)


def test_a_cut_outside_of_the_video(booth, cast, studio):
    own = booth.own(booth.published(cast.mei, studio.clip(), start_ms=5000))
    assert (own.refusal_code, own.refusal_data) == ("cut_unusable", {"duration_ms": 1000})


def test_a_playlist_that_names_anothers_file(booth, cast, studio):
    list_of = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{studio.clip()}\n#EXT-X-ENDLIST\n"
    assert booth.own(booth.published(cast.mei, studio.text("list.mp4", list_of))).refusal_code == "not_a_video"
