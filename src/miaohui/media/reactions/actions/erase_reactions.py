"""Erase the reactions of a deleted account, or those to a removed video."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.reactions.tables import reaction_count
from miaohui.media.reactions.tally import COUNTED

_CHUNK = 500
"""Reactions counted off by one statement; far below the 32,766 variables that SQLite takes."""


def erase_reactions_of(tx: Tx, *, account_id: int) -> None:
    """Delete all reactions of an account and count them off. Doing it again finds nothing left to do."""
    for table, counter in COUNTED.items():
        # Only rows that this statement deleted are counted off, so a competing undo is not counted twice.
        gone = tx.scalars(sa.delete(table).where(table.c.account_id == account_id).returning(table.c.video_id))
        for start in range(0, len(gone), _CHUNK):
            chunk = gone[start : start + _CHUNK]
            tx.execute(
                sa.update(reaction_count).where(reaction_count.c.video_id.in_(chunk)).values({counter: counter - 1})
            )


def erase_reactions_to(tx: Tx, *, video_id: int) -> None:
    """Delete all reactions to a video, and its counters."""
    for table in COUNTED:
        tx.execute(sa.delete(table).where(table.c.video_id == video_id))
    tx.execute(sa.delete(reaction_count).where(reaction_count.c.video_id == video_id))
