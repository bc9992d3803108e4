"""Remove a sticker."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.jobs import stage_job
from miaohui.talk.stickers.queries import OwnSticker, own_sticker
from miaohui.talk.stickers.tables import sticker, sticker_favourite, sticker_report, sticker_use


def remove_own_sticker(tx: Tx, *, maker_id: int, sticker_id: int) -> None:
    """Remove a sticker of one's own, from every chat in which it was sent too. Raises NotFound."""
    found = own_sticker(tx, sticker_id)
    if found is None or found.maker_id != maker_id or found.state != "shown":
        raise NotFound
    take_away(tx, found, by_id=maker_id, reason=None)


def take_away(tx: Tx, one: OwnSticker, *, by_id: int, reason: str | None) -> None:
    """Show a sticker to nobody any more, and delete its picture. Raises NotFound if somebody was faster."""
    shown = sa.and_(sticker.c.id == one.id, sticker.c.state == "shown")
    gone = {"state": "removed", "picture": None, "removed_at": tx.now, "removed_by": by_id, "removal_reason": reason}
    if tx.changed(sa.update(sticker).where(shown).values(gone)) != 1:
        raise NotFound
    for table in (sticker_favourite, sticker_use):
        tx.execute(sa.delete(table).where(table.c.sticker_id == one.id))
    stage_job(tx, "stickers.remove_picture", picture=one.picture)


def erase_stickers(tx: Tx, *, account_id: int) -> None:
    """Delete all that stickers hold of a deleted account; its pictures go by a job."""
    made = sa.select(sticker.c.id).where(sticker.c.maker_id == account_id)
    for table in (sticker_favourite, sticker_use):
        about = sa.or_(table.c.account_id == account_id, table.c.sticker_id.in_(made))
        tx.execute(sa.delete(table).where(about))
    about = sa.or_(sticker_report.c.reporter_id == account_id, sticker_report.c.sticker_id.in_(made))
    tx.execute(sa.delete(sticker_report).where(about))
    tx.execute(sa.delete(sticker).where(sticker.c.maker_id == account_id))
    stage_job(tx, "stickers.remove_folder", maker_id=account_id)
