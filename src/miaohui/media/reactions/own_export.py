"""A person's reactions in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.media.reactions.tables import video_favourite, video_like, video_share
from miaohui.media.videos.queries import video_cards

_BATCH = 200


class ExportedReaction(msgspec.Struct, frozen=True, kw_only=True):
    """What the person reacted to, and when. caption: of a video that is still there."""

    video_id: str
    caption: str | None
    at: datetime


def likes_for_export(tx: Tx, account_id: int) -> Iterator[ExportedReaction]:
    """Yield what the person likes."""
    return _reactions(tx, video_like, account_id)


def favourites_for_export(tx: Tx, account_id: int) -> Iterator[ExportedReaction]:
    """Yield what the person keeps."""
    return _reactions(tx, video_favourite, account_id)


def shares_for_export(tx: Tx, account_id: int) -> Iterator[ExportedReaction]:
    """Yield what the person has shared."""
    return _reactions(tx, video_share, account_id)


def _reactions(tx: Tx, table: sa.Table, account_id: int) -> Iterator[ExportedReaction]:
    mine = sa.select(table.c.video_id, table.c.reacted_at).where(table.c.account_id == account_id)
    rows = tx.execute(mine.order_by(table.c.reacted_at.desc(), table.c.video_id.desc())).all()
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        cards = video_cards(tx, [row.video_id for row in batch])
        for row in batch:
            card = cards.get(row.video_id)
            caption = None if card is None else card.caption
            yield ExportedReaction(video_id=format_id(row.video_id), caption=caption, at=row.reacted_at)
