"""Put the ladder of a video in place."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.videos.actions.release_video import release_video
from miaohui.media.videos.events import VideoProgressed, VideoSharpened
from miaohui.media.videos.ffmpeg.package_hls import MASTER_FILE, PROGRESSIVE_FILE, Rendition
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.moves import move_ladder
from miaohui.media.videos.outputs import folder_key, keep_output, retire_first_copy, retire_output
from miaohui.media.videos.tables import video_rendition

STRIP_FILE = "strip.webp"


def finish_ladder(tx: Tx, *, video_id: int, output_id: int, renditions: Sequence[Rendition], strip_frames: int) -> bool:
    """Let a video play from its ladder, publishing it if nothing played before.

    Expects the output to be written. The upload, with all that was in it, is removed now; the first
    copy an hour later. Returns False, and gives the ladder up, if it is not wanted any more.
    """
    facts = lock_video(tx, video_id)
    if facts is None or facts.state in {"refused", "removed"} or facts.ladder == "ready":
        retire_output(tx, output_id=output_id)
        return False
    prefix = folder_key(video_id, output_id)
    files = {"hls": f"{prefix}/{MASTER_FILE}", "mp4": f"{prefix}/{PROGRESSIVE_FILE}", "strip": f"{prefix}/{STRIP_FILE}"}
    move_ladder(
        tx,
        video_id=video_id,
        from_state="building",
        to_state="ready",
        reason=f"{len(renditions)} renditions",
        progress_percent=100,
        strip_frames=strip_frames,
        **files,
    )
    keep_output(tx, output_id=output_id)
    _store_renditions(tx, video_id, renditions)
    release_video(tx, video=facts, reason="the ladder is there")
    retire_first_copy(tx, video_id=video_id)
    if facts.upload_id is not None:
        discard_upload(tx, upload_id=facts.upload_id, by_id=None, reason="turned into its renditions")
    tx.emit(VideoSharpened(video_id=video_id, author_id=facts.author_id))
    tx.emit(VideoProgressed(video_id=video_id))
    return True


def _store_renditions(tx: Tx, video_id: int, renditions: Sequence[Rendition]) -> None:
    tx.execute(sa.delete(video_rendition).where(video_rendition.c.video_id == video_id))
    for rendition in renditions:
        stored = msgspec.structs.asdict(rendition)
        del stored["playlist"], stored["segments"]
        tx.execute(sa.insert(video_rendition).values(video_id=video_id, **stored))
