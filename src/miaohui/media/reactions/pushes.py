"""Tells who looks at a video what its counters say now."""

from miaohui.kit.db import Database
from miaohui.kit.realtime import Realtime
from miaohui.media.reactions.events import Reacted
from miaohui.media.reactions.queries import reaction_counts

COUNTS_TOPIC = "videos:{video_id}"


async def push_reaction_counts(event: Reacted, *, realtime: Realtime, db: Database) -> None:
    """Send likes, favourites and shares as they stand, whatever became of them since the event."""
    counts = await db.read(reaction_counts, [event.video_id])
    # The comments send their own number under the same event, and must not be taken for this one.
    realtime.publish(COUNTS_TOPIC.format(video_id=event.video_id), "counts", counts[event.video_id], key="reactions")
