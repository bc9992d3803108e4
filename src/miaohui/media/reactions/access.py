"""Who may see a video's counters: whoever may watch it."""

from miaohui.kit.db import Tx
from miaohui.kit.http.viewer import Viewer
from miaohui.media.reactions.queries import VideoReactions, reactions_to
from miaohui.media.videos.access import access_video


def access_reactions(tx: Tx, *, video_id: int, viewer_id: int) -> VideoReactions:
    """Return a video's counters and what the viewer did to it. Raises NotFound if it is not there for them."""
    access_video(tx, video_id=video_id, viewer_id=viewer_id)
    return reactions_to(tx, video_id=video_id, person_id=viewer_id)


def may_hear_counts(tx: Tx, viewer: Viewer, *, video_id: int) -> bool:
    """Rule of the topic `videos:{video_id}`. Raises NotFound if the video is not there for the viewer."""
    access_video(tx, video_id=video_id, viewer_id=viewer.person_id)
    return True
