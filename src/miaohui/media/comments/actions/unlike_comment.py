"""Take the like of a comment back."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.comments.access import access_comment
from miaohui.media.comments.events import CommentUnliked
from miaohui.media.comments.queries import CommentLikes, comment_by_id, likes_of_comment
from miaohui.media.comments.tables import comment, comment_like


def unlike_comment(tx: Tx, *, comment_id: int, account_id: int, at: datetime | None = None) -> CommentLikes:
    """End the like of a comment; without one, nothing happens.

    Works as well on a comment that the person may no longer see. Raises NotFound if the comment is
    not there for this person and there was nothing to take back.
    """
    mine = sa.and_(comment_like.c.account_id == account_id, comment_like.c.comment_id == comment_id)
    found = comment_by_id(tx, comment_id)
    if found is None or not tx.changed(sa.delete(comment_like).where(mine)):
        access_comment(tx, comment_id, viewer_id=account_id)
    else:
        tx.execute(sa.update(comment).where(comment.c.id == comment_id).values(likes=comment.c.likes - 1))
        tx.emit(
            CommentUnliked(
                comment_id=comment_id,
                person_id=account_id,
                video_id=found.video_id,
                commenter_id=found.author_id,
                at=at or tx.now,
            )
        )
    return likes_of_comment(tx, comment_id=comment_id, person_id=account_id)
