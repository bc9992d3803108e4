"""Moments, their photos and audience, likes, comments, the friends' time lines, and people's moods."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

moment = sa.Table(
    "moment",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("author_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # The author's own name for this act of posting: a resend finds the first result by it.
    sa.Column("client_id", sa.String(64)),
    sa.Column("body", sa.Text, nullable=False),
    # One of moods.py, as the author felt when this was posted.
    sa.Column("mood", sa.String(12)),
    # A clip, as the card of kind `video` names it.
    sa.Column("clip_ref", sa.String(40)),
    sa.Column("audience", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("posted_at", Timestamp, nullable=False),
    sa.Column("deleted_at", Timestamp),
    sa.UniqueConstraint("author_id", "client_id"),
    sa.CheckConstraint("audience IN ('friends', 'some', 'not_some')", name="audience_known"),
    sa.CheckConstraint("state IN ('visible', 'deleted')", name="state_known"),
    sa.CheckConstraint("(state = 'deleted') = (deleted_at IS NOT NULL)", name="deletion_dated"),
)
sa.Index("ix_moment_author", moment.c.author_id, moment.c.posted_at, moment.c.id)

moment_audience = sa.Table(
    "moment_audience",
    metadata,
    sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moment.id"), primary_key=True),
    # Who alone may see it (`some`), or who may not (`not_some`).
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
)
sa.Index("ix_moment_audience_person", moment_audience.c.person_id)

moment_photo = sa.Table(
    "moment_photo",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # Empty until it is posted with a moment.
    sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moment.id")),
    sa.Column("position", sa.SmallInteger),
    # The key of its pictures in kit.blobs without size and suffix, below `private/`.
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("uploaded_at", Timestamp, nullable=False),
    sa.UniqueConstraint("moment_id", "position"),
    sa.CheckConstraint("(moment_id IS NULL) = (position IS NULL)", name="placed_in_moment"),
    sa.CheckConstraint("position BETWEEN 0 AND 8", name="nine_at_most"),
)
sa.Index("ix_moment_photo_owner", moment_photo.c.owner_id)
_loose = moment_photo.c.moment_id.is_(None)
sa.Index("ix_moment_photo_loose", moment_photo.c.uploaded_at, sqlite_where=_loose, postgresql_where=_loose)

moment_timeline = sa.Table(
    "moment_timeline",
    metadata,
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("posted_at", Timestamp, nullable=False),
)
sa.Index(
    "ix_moment_timeline_newest",
    moment_timeline.c.person_id,
    moment_timeline.c.posted_at,
    moment_timeline.c.moment_id,
)
sa.Index("ix_moment_timeline_moment", moment_timeline.c.moment_id)

moment_like = sa.Table(
    "moment_like",
    metadata,
    sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("liked_at", Timestamp, nullable=False),
)
sa.Index("ix_moment_like_account", moment_like.c.account_id)

moment_comment = sa.Table(
    "moment_comment",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moment.id"), nullable=False),
    sa.Column("author_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # Whom it answers: whoever is no friend of theirs does not read the answer either.
    sa.Column("reply_to_id", sa.BigInteger, sa.ForeignKey("account.id")),
    sa.Column("client_id", sa.String(64)),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("posted_at", Timestamp, nullable=False),
    sa.UniqueConstraint("author_id", "client_id"),
)
sa.Index("ix_moment_comment_moment", moment_comment.c.moment_id, moment_comment.c.posted_at, moment_comment.c.id)
sa.Index("ix_moment_comment_reply_to", moment_comment.c.reply_to_id)

moment_setting = sa.Table(
    "moment_setting",
    metadata,
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    # How many days back friends may look; no row lets them look at everything.
    sa.Column("window_days", sa.SmallInteger, nullable=False),
    sa.CheckConstraint("window_days IN (3, 30, 180)", name="window_known"),
)

person_mood = sa.Table(
    "person_mood",
    metadata,
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("mood", sa.String(12), nullable=False),
    sa.Column("words", sa.String(60), nullable=False),
    sa.Column("set_at", Timestamp, nullable=False),
    sa.Column("expires_at", Timestamp, nullable=False),
    sa.CheckConstraint("expires_at > set_at", name="lasts"),
)
sa.Index("ix_person_mood_expiry", person_mood.c.expires_at)
