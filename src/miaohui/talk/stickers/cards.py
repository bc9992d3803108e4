"""Stickers as they appear in messages."""

from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id
from miaohui.talk.stickers.queries import sticker_of


@card_kind("sticker")
def sticker_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A sticker of ours, or one whose maker the viewer may meet. The title is for those who do not see it."""
    found = sticker_of(tx, sticker_id=parse_id(ref), viewer_id=viewer_id)
    return None if found is None else Card(kind="sticker", ref=ref, title=found.name, picture=found.url)
