"""Give up the work on a video."""

from miaohui.kit.db import Tx
from miaohui.media.videos.events import VideoFailed, VideoProgressed
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.moves import move_ladder, move_video


def fail_video(tx: Tx, *, video_id: int, reason: str) -> None:
    """Note that a video's file could not be worked on, and why.

    A published video goes on playing from what it has. The upload is kept for a week, so that an
    operator can mend what was broken and put the job back.
    """
    facts = lock_video(tx, video_id)
    if facts is None or facts.state in {"refused", "removed", "failed"}:
        return
    if facts.ladder in {"waiting", "building"}:
        move_ladder(tx, video_id=video_id, from_state=facts.ladder, to_state="failed", reason=reason)
    if facts.state == "processing":
        move_video(tx, video_id=video_id, from_state="processing", to_state="failed", by_id=None, reason=reason)
        tx.emit(VideoFailed(video_id=video_id, author_id=facts.author_id))
    tx.emit(VideoProgressed(video_id=video_id))
