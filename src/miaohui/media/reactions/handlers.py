"""What the reactions do about others' events."""

from miaohui.kit.db import Tx
from miaohui.media.reactions.actions.erase_reactions import erase_reactions_of, erase_reactions_to
from miaohui.media.videos.events import VideoRemoved
from miaohui.people.accounts.events import AccountDeleted


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account liked, kept and shared."""
    erase_reactions_of(tx, account_id=event.account_id)


def erase_received(tx: Tx, event: VideoRemoved) -> None:
    """Erase what people did to a removed video."""
    erase_reactions_to(tx, video_id=event.video_id)
