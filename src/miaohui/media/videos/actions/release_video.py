"""Let a video be watched."""

from typing import Any

from miaohui.kit.db import Tx
from miaohui.media.videos.events import VideoPublished
from miaohui.media.videos.hashtags import index_hashtags
from miaohui.media.videos.moves import move_video
from miaohui.media.videos.queries import VideoFacts, own_video


def release_video(tx: Tx, *, video: VideoFacts, reason: str, **files: Any) -> bool:
    """Publish a video that can be played now; return False if it was published before or is removed.

    files: the columns that say what plays (mp4, and hls where the ladder is there already).
    """
    if video.state not in {"processing", "failed"}:
        return False
    current = own_video(tx, video.id)
    if current is None:
        return False
    published_at = current.published_at or tx.now
    moved = move_video(
        tx,
        video_id=video.id,
        from_state=video.state,
        to_state="published",
        by_id=None,
        reason=reason,
        published_at=published_at,
        **files,
    )
    if moved:
        index_hashtags(tx, video_id=video.id, topics=current.topics)
        tx.emit(VideoPublished(video_id=video.id, author_id=video.author_id, at=published_at))
    return moved
