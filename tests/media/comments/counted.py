"""Compares every counter of the comments with a count of the rows."""

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.media.comments.tables import comment, comment_count, comment_like


def counts_match_rows(db: Database) -> bool:
    """Whether comments per video, replies per thread and likes per comment are what the rows say."""

    def compare(tx: Tx) -> bool:
        visible = comment.c.state == "visible"
        per_video = _counted(tx, comment.c.video_id, visible)
        per_thread = _counted(tx, comment.c.thread_id, visible, comment.c.thread_id.is_not(None))
        per_comment = _counted(tx, comment_like.c.comment_id)
        return (
            _stored(tx, comment_count.c.video_id, comment_count.c.comments) == per_video
            and _stored(tx, comment.c.id, comment.c.replies) == per_thread
            and _stored(tx, comment.c.id, comment.c.likes) == per_comment
        )

    return db.read_sync(compare)


def _counted(tx: Tx, key: sa.Column[int], *where: sa.ColumnElement[bool]) -> dict[int, int]:
    return dict(tx.execute(sa.select(key, sa.func.count()).where(*where).group_by(key)).tuples().all())


def _stored(tx: Tx, key: sa.Column[int], counter: sa.Column[int]) -> dict[int, int]:
    return dict(tx.execute(sa.select(key, counter).where(counter != 0)).tuples().all())
