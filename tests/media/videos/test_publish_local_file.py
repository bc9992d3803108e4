"""A file of this machine becomes a person's video, as the demo town's do."""

from datetime import timedelta

from miaohui.media.uploads.queries import upload_by_id
from miaohui.media.videos.actions.publish_local_file import publish_local_file
from miaohui.media.videos.actions.publish_video import Wish
from miaohui.media.videos.queries import video_cards, video_facts


def test_it_takes_the_same_way_and_may_bear_an_earlier_date(booth, cast, studio, db, clock):
    source = studio.phone_clip()
    a_week_ago = clock.now() - timedelta(days=7)
    asked = {
        "db": db,
        "blobs": booth.blobs,
        "settings": booth.settings,
        "path": source,
        "author_id": cast.mei,
        "wish": Wish(caption="糖画 #手艺", cover_ms=500),
        "local_key": "sugar-dragon",
        "published_at": a_week_ago,
    }
    video_id = publish_local_file(**asked)
    assert publish_local_file(**asked) == video_id
    booth.work()
    card = db.read_sync(video_cards, [video_id])[video_id]
    assert (card.published_at, card.topics) == (a_week_ago, ("手艺",))
    assert card.playback.hls is not None
    assert source.exists()
    upload = db.read_sync(upload_by_id, db.read_sync(video_facts, video_id).upload_id)
    assert upload.state == "discarded"
    assert publish_local_file(**asked) == video_id
