"""Change what stands under a video."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.media.videos.access import access_own_video
from miaohui.media.videos.captions import clean_caption, find_topics
from miaohui.media.videos.events import VideoEdited
from miaohui.media.videos.hashtags import index_hashtags
from miaohui.media.videos.tables import video


def edit_caption(tx: Tx, *, video_id: int, person_id: int, caption: str) -> None:
    """Replace the caption of one's own video, and with it the hashtags under which it is found.

    Raises NotFound, Forbidden, InvalidCaption, Conflict for a video that was refused.
    """
    facts = access_own_video(tx, video_id=video_id, person_id=person_id, for_update=True)
    if facts.state == "refused":
        raise Conflict
    cleaned = clean_caption(caption)
    topics = find_topics(cleaned)
    changed = sa.and_(video.c.id == video_id, video.c.caption != cleaned)
    if tx.changed(sa.update(video).where(changed).values(caption=cleaned, topics=topics)) == 0:
        return
    if facts.state == "published":
        index_hashtags(tx, video_id=video_id, topics=topics)
        tx.emit(VideoEdited(video_id=video_id, author_id=facts.author_id))
