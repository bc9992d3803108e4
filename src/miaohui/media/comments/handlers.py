"""What the comments do about others' events."""

from miaohui.kit.db import Tx
from miaohui.media.comments.actions.erase_comments import erase_comments_of, erase_comments_under
from miaohui.media.videos.events import VideoRemoved
from miaohui.people.accounts.events import AccountDeleted


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account said and liked."""
    erase_comments_of(tx, account_id=event.account_id)


def erase_received(tx: Tx, event: VideoRemoved) -> None:
    """Erase what was said under a removed video."""
    erase_comments_under(tx, video_id=event.video_id)
