"""Share a video."""

from datetime import datetime

from miaohui.kit.db import Tx
from miaohui.media.reactions.events import VideoShared
from miaohui.media.reactions.queries import VideoReactions, reactions_to
from miaohui.media.reactions.tables import video_share
from miaohui.media.reactions.tally import set_reaction
from miaohui.media.videos.access import access_video


def share_video(tx: Tx, *, video_id: int, account_id: int, at: datetime | None = None) -> VideoReactions:
    """Count that a person shares a video; each person counts once, however often they share it.

    at: when it happened; the moment of the transaction unless given.
    Raises NotFound if the video is not there for this person.
    """
    video = access_video(tx, video_id=video_id, viewer_id=account_id)
    reacted_at = at or tx.now
    if set_reaction(
        tx, video_share, account_id=account_id, video_id=video_id, author_id=video.author_id, reacted_at=reacted_at
    ):
        tx.emit(VideoShared(person_id=account_id, video_id=video_id, author_id=video.author_id, at=reacted_at))
    return reactions_to(tx, video_id=video_id, person_id=account_id)
