"""Make a sticker."""

import unicodedata

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.talk.stickers.queries import OwnSticker, own_sticker
from miaohui.talk.stickers.tables import sticker

MOST_OWN = 100
LONGEST_NAME = 24


class TooManyStickers(Refusal):
    """One has made as many as one may keep; removing one makes room. Data: most."""

    code = "too_many_stickers"
    status = 409
    title = "You have made as many stickers as you can keep"

    def __init__(self) -> None:
        super().__init__(most=MOST_OWN)


class InvalidStickerName(Refusal):
    """A name has 1 to 24 characters that can be read."""

    code = "invalid_sticker_name"
    status = 400
    title = "A sticker’s name has 1 to 24 characters"


def clean_name(text: str) -> str:
    """Return a name in the form in which it is kept. Raises InvalidStickerName."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(name) <= LONGEST_NAME or any(unicodedata.category(one)[0] == "C" for one in name):
        raise InvalidStickerName
    return name


def make_sticker(tx: Tx, *, maker_id: int, name: str, picture: str) -> OwnSticker:
    """Make a sticker of a stored picture. Raises InvalidStickerName, TooManyStickers."""
    kept = sa.select(sa.func.count()).where(sticker.c.maker_id == maker_id, sticker.c.state == "shown")
    if tx.scalar(kept) >= MOST_OWN:
        raise TooManyStickers
    made = {"id": new_id(), "maker_id": maker_id, "name": clean_name(name), "picture": picture, "state": "shown"}
    tx.execute(sa.insert(sticker).values(made_at=tx.now, **made))
    found = own_sticker(tx, int(str(made["id"])))
    if found is None:
        raise LookupError("what was inserted is there")
    return found
