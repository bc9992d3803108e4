"""Take a comment away."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.comments.access import access_comment_to_delete
from miaohui.media.comments.events import CommentDeleted
from miaohui.media.comments.locks import lock_thread
from miaohui.media.comments.queries import Comment
from miaohui.media.comments.tables import comment, comment_count, comment_like
from miaohui.media.videos.access import video_author


def delete_comment(tx: Tx, *, comment_id: int, by_id: int, at: datetime | None = None) -> None:
    """Delete a comment on behalf of its author or the video's; deleting twice is deleting once.

    Its words and likes are erased. While visible replies hang on it, an empty place remains for them.
    Raises Forbidden, and NotFound if the comment is not there for this person.
    """
    found = access_comment_to_delete(tx, comment_id, person_id=by_id)
    bury_comment(tx, found, by_id=by_id, at=at or tx.now)


def bury_comment(tx: Tx, found: Comment, *, by_id: int, at: datetime) -> None:
    """Turn a visible comment into an empty place, count it off, and tell; a deleted one is left alone."""
    lock_thread(tx, found.thread_id or found.id)
    buried = tx.changed(
        sa.update(comment)
        .where(comment.c.id == found.id, comment.c.state == "visible")
        .values(state="deleted", body=None, likes=0, deleted_at=at, deleted_by=by_id)
    )
    if not buried:
        return
    tx.execute(sa.delete(comment_like).where(comment_like.c.comment_id == found.id))
    if found.thread_id is not None:
        tx.execute(sa.update(comment).where(comment.c.id == found.thread_id).values(replies=comment.c.replies - 1))
    count = comment_count.c
    tx.execute(sa.update(comment_count).where(count.video_id == found.video_id).values(comments=count.comments - 1))
    tx.emit(
        CommentDeleted(
            comment_id=found.id,
            person_id=found.author_id,
            video_id=found.video_id,
            author_id=video_author(tx, found.video_id),
            deleted_by=by_id,
            at=at,
        )
    )
