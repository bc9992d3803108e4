"""What the moments lock, and in which order.

1. the moment, by id: what is said or liked holds it shared, so that a deletion comes before or after, never between
2. photos and comments, by id
"""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.moments.tables import moment


def hold_visible(tx: Tx, moment_id: int) -> bool:
    """Keep a moment from being deleted until the end of the transaction; False if it is deleted already."""
    standing = sa.select(moment.c.id).where(moment.c.id == moment_id, moment.c.state == "visible")
    return tx.scalar(standing.with_for_update(read=True)) is not None
