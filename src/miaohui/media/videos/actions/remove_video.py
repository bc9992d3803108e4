"""Take a video down."""

from miaohui.kit.db import Tx
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.videos.access import access_own_video
from miaohui.media.videos.events import VideoProgressed, VideoRemoved
from miaohui.media.videos.hashtags import index_hashtags
from miaohui.media.videos.moves import move_video
from miaohui.media.videos.outputs import retire_all_outputs
from miaohui.media.videos.queries import VideoFacts


def remove_video(tx: Tx, *, video_id: int, person_id: int) -> None:
    """Take down one's own video, in whatever state; all its files are removed.

    Raises NotFound, Forbidden.
    """
    facts = access_own_video(tx, video_id=video_id, person_id=person_id, for_update=True)
    remove_whatever(tx, video=facts, by_id=person_id, reason="taken down by its owner")


def remove_whatever(tx: Tx, *, video: VideoFacts, by_id: int | None, reason: str) -> None:
    """Remove a video that the caller may remove. by_id: the account that wants it, None for the server."""
    moved = move_video(
        tx,
        video_id=video.id,
        from_state=video.state,
        to_state="removed",
        by_id=by_id,
        reason=reason,
        removed_at=tx.now,
        caption="",
        topics=(),
    )
    if not moved:
        return
    index_hashtags(tx, video_id=video.id, topics=())
    retire_all_outputs(tx, video_id=video.id)
    if video.upload_id is not None:
        discard_upload(tx, upload_id=video.upload_id, by_id=by_id, reason="its video was removed")
    was_published = video.state == "published"
    tx.emit(VideoRemoved(video_id=video.id, author_id=video.author_id, was_published=was_published))
    tx.emit(VideoProgressed(video_id=video.id))
