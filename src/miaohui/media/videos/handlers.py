"""What videos do about others' events."""

from miaohui.kit.db import Tx
from miaohui.media.videos.actions.remove_video import remove_whatever
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.queries import ids_of_author
from miaohui.people.accounts.events import AccountDeleted


def remove_videos(tx: Tx, event: AccountDeleted) -> None:
    """Take down everything that a deleted account has brought."""
    for video_id in ids_of_author(tx, event.account_id):
        found = lock_video(tx, video_id)
        if found is not None and found.state != "removed":
            remove_whatever(tx, video=found, by_id=None, reason="its owner's account was deleted")
