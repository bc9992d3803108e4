"""Note what a file holds and how its cover looks."""

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.videos.events import VideoProgressed
from miaohui.media.videos.outputs import folder_key, keep_output
from miaohui.media.videos.tables import video

POSTER_FILE = "poster.jpg"
THUMBNAIL_FILE = "thumbnail.webp"


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a video before it plays. Size as displayed, in pixels; duration of the cut."""

    duration_ms: int
    width: int
    height: int
    has_audio: bool


def describe_video(tx: Tx, *, video_id: int, description: Description, cover_output_id: int) -> None:
    """Note a video's length, shape and cover. Expects the output of the cover to be written."""
    prefix = folder_key(video_id, cover_output_id)
    keep_output(tx, output_id=cover_output_id)
    cover = {"poster": f"{prefix}/{POSTER_FILE}", "thumbnail": f"{prefix}/{THUMBNAIL_FILE}"}
    known = {**msgspec.structs.asdict(description), **cover}
    tx.execute(sa.update(video).where(video.c.id == video_id).values(**known))
    tx.emit(VideoProgressed(video_id=video_id))
