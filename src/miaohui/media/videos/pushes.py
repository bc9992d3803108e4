"""What the sockets hear of videos."""

from miaohui.kit.db import Database
from miaohui.kit.realtime import Realtime
from miaohui.media.videos.answers import progress_of
from miaohui.media.videos.events import VideoProgressed
from miaohui.media.videos.queries import own_video

PROGRESS_TOPIC = "videos:{video_id}:progress"


async def push_progress(event: VideoProgressed, *, realtime: Realtime, db: Database) -> None:
    """Tell a video's owner how far it is, as it stands now: what is pushed is what a reload would show."""
    own = await db.read(own_video, event.video_id)
    if own is not None:
        realtime.publish(PROGRESS_TOPIC.format(video_id=own.id), "progress", progress_of(own), key=str(own.id))
