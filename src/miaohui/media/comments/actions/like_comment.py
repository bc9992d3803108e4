"""Like a comment."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import NotFound
from miaohui.media.comments.access import access_comment
from miaohui.media.comments.events import CommentLiked
from miaohui.media.comments.queries import CommentLikes, likes_of_comment
from miaohui.media.comments.tables import comment, comment_like


def like_comment(tx: Tx, *, comment_id: int, account_id: int, at: datetime | None = None) -> CommentLikes:
    """Let a person like a comment; liking twice is liking once.

    Raises NotFound if the comment is not there for this person.
    """
    found = access_comment(tx, comment_id, viewer_id=account_id)
    liked_at = at or tx.now
    if insert_if_absent(tx, comment_like, {"account_id": account_id, "comment_id": comment_id, "liked_at": liked_at}):
        standing = sa.and_(comment.c.id == comment_id, comment.c.state == "visible")
        if not tx.changed(sa.update(comment).where(standing).values(likes=comment.c.likes + 1)):
            raise NotFound  # It was deleted a moment ago.
        tx.emit(
            CommentLiked(
                comment_id=comment_id,
                person_id=account_id,
                video_id=found.video_id,
                commenter_id=found.author_id,
                at=liked_at,
            )
        )
    return likes_of_comment(tx, comment_id=comment_id, person_id=account_id)
