"""What the comments lock, and in which order.

1. the row of a person's like of a comment, by its primary key
2. the top-level comment of a thread
3. a reply in that thread
4. the video's counter

The row that changes its state decides: only who inserted it counts up, and only who deleted it, or
turned it from visible to deleted, counts down. A reply that is posted while its thread is deleted keeps
the thread's place open, whichever of the two comes first.
"""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.comments.tables import comment


def lock_thread(tx: Tx, thread_id: int) -> None:
    """Hold a top-level comment, and so the order of all that changes in its thread."""
    tx.execute(sa.select(comment.c.id).where(comment.c.id == thread_id).with_for_update())
