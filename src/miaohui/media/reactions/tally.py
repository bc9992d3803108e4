"""Sets and clears reactions so that rows and counters can never part.

Locks, in this order: the row of the person's reaction, by its primary key; then the video's counters.
The row decides: only who inserted it counts up, only who deleted it counts down. So N repeats, in a
row or at once, count as one.
"""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent, insert_or_update
from miaohui.media.reactions.tables import reaction_count, video_favourite, video_like, video_share

COUNTED: dict[sa.Table, sa.Column[int]] = {
    video_like: reaction_count.c.likes,
    video_favourite: reaction_count.c.favourites,
    video_share: reaction_count.c.shares,
}
"""Each kind of reaction and the column that counts it."""


def set_reaction(
    tx: Tx, table: sa.Table, *, account_id: int, video_id: int, author_id: int, reacted_at: datetime
) -> bool:
    """Note a reaction and count it; return False, with nothing changed, if it was there already."""
    row = {"account_id": account_id, "video_id": video_id, "reacted_at": reacted_at}
    if not insert_if_absent(tx, table, row):
        return False
    counter = COUNTED[table]
    first = {"video_id": video_id, "author_id": author_id, "likes": 0, "favourites": 0, "shares": 0, counter.name: 1}
    insert_or_update(tx, reaction_count, first, key=("video_id",), changes={counter.name: counter + 1})
    return True


def clear_reaction(tx: Tx, table: sa.Table, *, account_id: int, video_id: int) -> int | None:
    """Remove a reaction and count it off; return the video's author, or None if there was nothing to remove."""
    if not tx.changed(sa.delete(table).where(table.c.account_id == account_id, table.c.video_id == video_id)):
        return None
    counter = COUNTED[table]
    author_id: int = tx.execute(
        sa.update(reaction_count)
        .where(reaction_count.c.video_id == video_id)
        .values({counter: counter - 1})
        .returning(reaction_count.c.author_id)
    ).scalar_one()
    return author_id
