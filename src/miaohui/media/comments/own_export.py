"""A person's comments in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.media.comments.queries import comments_by_author
from miaohui.media.comments.tables import comment_like


class ExportedComment(msgspec.Struct, frozen=True, kw_only=True):
    """What the person said, and where. in_reply_to: the comment that was answered."""

    id: str
    video_id: str
    in_reply_to: str | None
    body: str | None
    likes: int
    posted_at: datetime


class ExportedCommentLike(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that the person likes."""

    comment_id: str
    liked_at: datetime


def comments_for_export(tx: Tx, account_id: int) -> Iterator[ExportedComment]:
    """Yield what the person said and has not deleted, oldest first."""
    for one in comments_by_author(tx, author_id=account_id):
        yield ExportedComment(
            id=format_id(one.id),
            video_id=format_id(one.video_id),
            in_reply_to=None if one.reply_to_id is None else format_id(one.reply_to_id),
            body=one.body,
            likes=one.likes,
            posted_at=one.posted_at,
        )


def comment_likes_for_export(tx: Tx, account_id: int) -> Iterator[ExportedCommentLike]:
    """Yield which comments the person likes."""
    mine = comment_like.c.account_id == account_id
    for row in tx.execute(sa.select(comment_like.c.comment_id, comment_like.c.liked_at).where(mine)):
        yield ExportedCommentLike(comment_id=format_id(row.comment_id), liked_at=row.liked_at)
