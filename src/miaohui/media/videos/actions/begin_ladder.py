"""Begin the ladder of a video."""

from miaohui.kit.db import Tx
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.moves import move_ladder
from miaohui.media.videos.queries import VideoFacts


def begin_ladder(tx: Tx, *, video_id: int) -> VideoFacts | None:
    """Note that the ladder is being built; None if the video wants none any more.

    A worker that takes over from one that died finds it as `building` and goes on from the beginning.
    """
    facts = lock_video(tx, video_id)
    if facts is None or facts.state in {"refused", "removed"} or facts.ladder == "ready":
        return None
    if facts.ladder != "building":
        move_ladder(tx, video_id=video_id, from_state=facts.ladder, to_state="building", reason="a worker has begun")
    return facts
