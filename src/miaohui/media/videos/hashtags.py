"""Keeps the index of hashtags in step with what is published."""

from collections.abc import Iterable

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.videos.captions import fold_topic
from miaohui.media.videos.tables import video_hashtag


def index_hashtags(tx: Tx, *, video_id: int, topics: Iterable[str]) -> None:
    """Let a video be found under exactly these hashtags; none takes it out of the index."""
    tx.execute(sa.delete(video_hashtag).where(video_hashtag.c.video_id == video_id))
    tags = sorted({fold_topic(topic) for topic in topics})
    if tags:
        tx.execute(sa.insert(video_hashtag), [{"video_id": video_id, "tag": tag} for tag in tags])
