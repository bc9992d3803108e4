"""Keep packs and stickers at hand."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent, insert_or_update
from miaohui.kit.errors import NotFound, Refusal
from miaohui.talk.stickers.packs import PACKS
from miaohui.talk.stickers.queries import MOST_FAVOURITES, RECENT, Sticker, recent_of, sticker_of
from miaohui.talk.stickers.tables import sticker_favourite, sticker_pack_choice, sticker_use


class TooManyFavouriteStickers(Refusal):
    """One keeps as many as one may. Data: most."""

    code = "too_many_favourite_stickers"
    status = 409
    title = "You keep as many stickers as you can"

    def __init__(self) -> None:
        super().__init__(most=MOST_FAVOURITES)


def access_sticker(tx: Tx, *, sticker_id: int, viewer_id: int) -> Sticker:
    """Return a sticker that this person may see. Raises NotFound."""
    found = sticker_of(tx, sticker_id=sticker_id, viewer_id=viewer_id)
    if found is None:
        raise NotFound
    return found


def choose_pack(tx: Tx, *, account_id: int, pack_id: int, taken: bool) -> None:
    """Add a pack, or put it away. Raises NotFound."""
    if pack_id not in PACKS:
        raise NotFound
    chosen = {"taken": taken, "chosen_at": tx.now}
    place = {"account_id": account_id, "pack_id": pack_id}
    insert_or_update(tx, sticker_pack_choice, {**place, **chosen}, key=list(place), changes=chosen)


def keep_sticker(tx: Tx, *, account_id: int, sticker_id: int) -> None:
    """Keep a sticker among one's favourites; again changes nothing. Raises NotFound, TooManyFavouriteStickers."""
    access_sticker(tx, sticker_id=sticker_id, viewer_id=account_id)
    kept = sa.select(sa.func.count()).where(sticker_favourite.c.account_id == account_id)
    if tx.scalar(kept) >= MOST_FAVOURITES:
        raise TooManyFavouriteStickers
    row = {"account_id": account_id, "sticker_id": sticker_id, "kept_at": tx.now}
    insert_if_absent(tx, sticker_favourite, row)


def let_go_of_sticker(tx: Tx, *, account_id: int, sticker_id: int) -> None:
    """Keep a sticker no more."""
    mine = sa.and_(sticker_favourite.c.account_id == account_id, sticker_favourite.c.sticker_id == sticker_id)
    tx.execute(sa.delete(sticker_favourite).where(mine))


def note_use(tx: Tx, *, account_id: int, sticker_id: int) -> None:
    """Note that somebody has sent a sticker, so that the picker shows it first."""
    used = {"account_id": account_id, "sticker_id": sticker_id, "used_at": tx.now}
    insert_or_update(tx, sticker_use, used, key=["account_id", "sticker_id"], changes={"used_at": tx.now})
    recent = recent_of(tx, account_id)
    if len(recent) == RECENT:
        mine = sticker_use.c.account_id == account_id
        tx.execute(sa.delete(sticker_use).where(mine, sticker_use.c.sticker_id.not_in(recent)))
