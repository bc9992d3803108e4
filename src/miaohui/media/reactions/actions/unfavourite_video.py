"""Keep a video no more."""

from datetime import datetime

from miaohui.kit.db import Tx
from miaohui.media.reactions.events import VideoUnfavourited
from miaohui.media.reactions.queries import VideoReactions, reactions_to
from miaohui.media.reactions.tables import video_favourite
from miaohui.media.reactions.tally import clear_reaction
from miaohui.media.videos.access import access_video


def unfavourite_video(tx: Tx, *, video_id: int, account_id: int, at: datetime | None = None) -> VideoReactions:
    """Take a video out of a person's favourites; if it is not there, nothing happens.

    Works as well on a video that the person may no longer see. Raises NotFound if the video is not
    there for this person and there was nothing to take back.
    """
    author_id = clear_reaction(tx, video_favourite, account_id=account_id, video_id=video_id)
    if author_id is None:
        access_video(tx, video_id=video_id, viewer_id=account_id)
    else:
        tx.emit(VideoUnfavourited(person_id=account_id, video_id=video_id, author_id=author_id, at=at or tx.now))
    return reactions_to(tx, video_id=video_id, person_id=account_id)
