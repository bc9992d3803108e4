"""What stickers do about others' events."""

from miaohui.kit.db import Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.talk.stickers.actions.remove_sticker import erase_stickers


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account made and kept."""
    erase_stickers(tx, account_id=event.account_id)
