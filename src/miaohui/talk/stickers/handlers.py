"""What stickers do about others' events."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import parse_id
from miaohui.people.accounts.events import AccountDeleted
from miaohui.talk.messaging.events import MessageSent
from miaohui.talk.messaging.queries import messages_by_id
from miaohui.talk.stickers.actions.keep_at_hand import note_use
from miaohui.talk.stickers.actions.remove_sticker import erase_stickers
from miaohui.talk.stickers.queries import sticker_of


def erase_own(tx: Tx, event: AccountDeleted) -> None:
    """Erase what a deleted account made and kept."""
    erase_stickers(tx, account_id=event.account_id)


def remember_sent(tx: Tx, event: MessageSent) -> None:
    """Note which stickers somebody uses."""
    if event.kind != "sticker":
        return
    said = messages_by_id(tx, [event.message_id]).get(event.message_id)
    if said is None or said.body is None:
        return
    try:
        sticker_id = parse_id(said.body["ref"])
    except NotFound:
        return
    if sticker_of(tx, sticker_id=sticker_id, viewer_id=event.sender_id) is not None:
        note_use(tx, account_id=event.sender_id, sticker_id=sticker_id)
