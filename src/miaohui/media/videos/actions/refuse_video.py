"""Refuse a file that cannot become a video."""

from miaohui.kit.db import Tx
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.videos.events import VideoProgressed, VideoRefused
from miaohui.media.videos.ffmpeg.refusals import MediaRefused
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.moves import move_video
from miaohui.media.videos.outputs import retire_all_outputs


def refuse_video(tx: Tx, *, video_id: int, refusal: MediaRefused) -> None:
    """End the work on a video whose file is refused, and let its owner know why; the file is removed."""
    facts = lock_video(tx, video_id)
    if facts is None or facts.state not in {"processing", "failed"}:
        return
    move_video(
        tx,
        video_id=video_id,
        from_state=facts.state,
        to_state="refused",
        by_id=None,
        reason=f"{refusal.code}: {refusal}",
        refusal_code=refusal.code,
        refusal_data=refusal.data,
    )
    if facts.upload_id is not None:
        discard_upload(tx, upload_id=facts.upload_id, by_id=None, reason=f"refused: {refusal.code}")
    retire_all_outputs(tx, video_id=video_id)
    tx.emit(VideoRefused(video_id=video_id, author_id=facts.author_id, code=refusal.code))
    tx.emit(VideoProgressed(video_id=video_id))
