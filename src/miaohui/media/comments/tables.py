"""Comments, likes of comments, and how many comments a video has."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

comment = sa.Table(
    "comment",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), nullable=False),
    # The top-level comment under which a reply stands; empty for a top-level comment.
    sa.Column("thread_id", sa.BigInteger, sa.ForeignKey("comment.id")),
    # The very comment that a reply answers; empty for a top-level comment.
    sa.Column("reply_to_id", sa.BigInteger, sa.ForeignKey("comment.id")),
    sa.Column("author_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # The author's own name for this act of posting: a resend finds the first result by it.
    sa.Column("client_id", sa.String(64)),
    sa.Column("body", sa.Text),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("likes", sa.Integer, nullable=False, default=0),
    sa.Column("replies", sa.Integer, nullable=False, default=0),
    sa.Column("posted_at", Timestamp, nullable=False),
    sa.Column("deleted_at", Timestamp),
    sa.Column("deleted_by", sa.BigInteger),
    sa.UniqueConstraint("author_id", "client_id"),
    sa.CheckConstraint("state IN ('visible', 'deleted')", name="state_known"),
    # A deleted comment keeps its place while replies hang on it, but not its words.
    sa.CheckConstraint("(state = 'visible') = (body IS NOT NULL)", name="body_while_visible"),
    sa.CheckConstraint("(state = 'deleted') = (deleted_at IS NOT NULL)", name="deletion_dated"),
    sa.CheckConstraint("(thread_id IS NULL) = (reply_to_id IS NULL)", name="replies_in_threads"),
    sa.CheckConstraint("likes >= 0 AND replies >= 0", name="not_negative"),
)
_top_level = comment.c.thread_id.is_(None)
sa.Index(
    "ix_comment_newest",
    comment.c.video_id,
    comment.c.posted_at,
    comment.c.id,
    sqlite_where=_top_level,
    postgresql_where=_top_level,
)
sa.Index(
    "ix_comment_most_liked",
    comment.c.video_id,
    comment.c.likes,
    comment.c.posted_at,
    comment.c.id,
    sqlite_where=_top_level,
    postgresql_where=_top_level,
)
sa.Index("ix_comment_thread", comment.c.thread_id, comment.c.posted_at, comment.c.id)
sa.Index("ix_comment_reply_to", comment.c.reply_to_id)
sa.Index("ix_comment_video", comment.c.video_id)

comment_like = sa.Table(
    "comment_like",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("comment_id", sa.BigInteger, sa.ForeignKey("comment.id"), primary_key=True),
    sa.Column("liked_at", Timestamp, nullable=False),
)
sa.Index("ix_comment_like_comment", comment_like.c.comment_id)

comment_count = sa.Table(
    "comment_count",
    metadata,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), primary_key=True),
    sa.Column("comments", sa.Integer, nullable=False, default=0),
    sa.CheckConstraint("comments >= 0", name="not_negative"),
)
