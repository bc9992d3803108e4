"""Note how far the work on a video is."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.videos.events import VideoProgressed
from miaohui.media.videos.tables import video


def note_progress(tx: Tx, *, video_id: int, percent: int) -> bool:
    """Raise a video's percentage and tell its owner; return whether the video is still wanted.

    It never falls: a worker that takes over catches up first.
    """
    higher = sa.and_(video.c.id == video_id, video.c.progress_percent < percent, video.c.state != "removed")
    if tx.changed(sa.update(video).where(higher).values(progress_percent=percent)):
        tx.emit(VideoProgressed(video_id=video_id))
        return True
    return bool(tx.scalar(sa.select(video.c.state).where(video.c.id == video_id)) != "removed")
