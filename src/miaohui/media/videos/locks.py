"""What is locked, and in which order.

Whoever moves a video holds its row first, and only then touches its outputs and its upload. Publishing
begins with the upload, but its video is new then, and nobody else can hold it.
"""

from miaohui.kit.db import Tx
from miaohui.media.videos.queries import VideoFacts, select_facts


def lock_video(tx: Tx, video_id: int) -> VideoFacts | None:
    """Hold a video's row until the transaction ends, and return it."""
    return tx.one(select_facts(video_id).with_for_update(), VideoFacts)
