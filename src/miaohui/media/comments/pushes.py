"""Tells who looks at a video how many comments it has now."""

import msgspec

from miaohui.kit.db import Database
from miaohui.kit.realtime import Realtime
from miaohui.media.comments.events import CommentDeleted, CommentPosted
from miaohui.media.comments.queries import comment_counts
from miaohui.media.reactions.pushes import COUNTS_TOPIC


class CommentCount(msgspec.Struct, frozen=True):
    """Visible comments of a video, replies included."""

    comments: int


async def push_comment_count(event: CommentPosted | CommentDeleted, *, realtime: Realtime, db: Database) -> None:
    """Send the number of comments as it stands, whatever became of it since the event."""
    counts = await db.read(comment_counts, [event.video_id])
    count = CommentCount(counts[event.video_id])
    realtime.publish(COUNTS_TOPIC.format(video_id=event.video_id), "counts", count, key="comments")
