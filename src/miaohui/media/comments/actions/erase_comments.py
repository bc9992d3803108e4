"""Erase what a deleted account said and liked, or all that stands under a removed video."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.comments.actions.delete_comment import bury_comment
from miaohui.media.comments.queries import comments_by_author
from miaohui.media.comments.tables import comment, comment_count, comment_like


def erase_comments_of(tx: Tx, *, account_id: int) -> None:
    """Delete all comments of an account and its likes of others'. Doing it again finds nothing to do."""
    liked = tx.scalars(
        sa.delete(comment_like).where(comment_like.c.account_id == account_id).returning(comment_like.c.comment_id)
    )
    for comment_id in sorted(liked):
        tx.execute(sa.update(comment).where(comment.c.id == comment_id).values(likes=comment.c.likes - 1))
    for found in comments_by_author(tx, author_id=account_id):
        bury_comment(tx, found, by_id=account_id, at=tx.now)
    tx.execute(sa.update(comment).where(comment.c.author_id == account_id).values(client_id=None))


def erase_comments_under(tx: Tx, *, video_id: int) -> None:
    """Delete all comments under a video, their likes and their counter."""
    under = sa.select(comment.c.id).where(comment.c.video_id == video_id)
    tx.execute(sa.delete(comment_like).where(comment_like.c.comment_id.in_(under)))
    # One statement for threads and replies: they refer to each other.
    tx.execute(sa.delete(comment).where(comment.c.video_id == video_id))
    tx.execute(sa.delete(comment_count).where(comment_count.c.video_id == video_id))
