"""Let a video play from its first copy while the ladder is still to be built."""

from miaohui.kit.db import Tx
from miaohui.media.videos.actions.release_video import release_video
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.outputs import folder_key, keep_output, retire_output

FIRST_COPY_FILE = "first.mp4"


def open_first_copy(tx: Tx, *, video_id: int, output_id: int, reason: str) -> bool:
    """Publish a video with its first copy; return False, and give the copy up, if it is not wanted any more.

    Expects the output to be written.
    """
    facts = lock_video(tx, video_id)
    key = f"{folder_key(video_id, output_id)}/{FIRST_COPY_FILE}"
    if facts is None or not release_video(tx, video=facts, reason=reason, mp4=key):
        retire_output(tx, output_id=output_id)
        return False
    keep_output(tx, output_id=output_id)
    return True
