"""Notices, what people want to be told and where, and the devices that can be pushed to."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # Counts up within the account with every notice that is new or has changed: the order of the list.
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(80), nullable=False),
    # What it is about: as long as it is unread, more of the same join it.
    sa.Column("subject", sa.String(160), nullable=False),
    # Tells what people did: those stand in notice_person.
    sa.Column("personal", sa.Boolean, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("link", sa.String(400), nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("changed_at", Timestamp, nullable=False),
    sa.Column("read_at", Timestamp),
    sa.UniqueConstraint("account_id", "seq"),
    sa.CheckConstraint("times > 0", name="happened"),
)
_unread = notice.c.read_at.is_(None)
sa.Index(
    "uq_notice_open",
    notice.c.account_id,
    notice.c.kind,
    notice.c.subject,
    unique=True,
    sqlite_where=_unread,
    postgresql_where=_unread,
)
sa.Index("ix_notice_changed_at", notice.c.changed_at)
sa.Index("ix_notice_subject", notice.c.subject, notice.c.kind)

notice_person = sa.Table(
    "notice_person",
    metadata,
    sa.Column("notice_id", sa.BigInteger, sa.ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("did_at", Timestamp, nullable=False),
)
"""Who did what a notice tells of."""
sa.Index("ix_notice_person_person_id", notice_person.c.person_id)

notice_told = sa.Table(
    "notice_told",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("told_at", Timestamp, nullable=False, index=True),
)
"""What an account was told already and is not told again, such as a like that was taken back and given anew."""

notice_counter = sa.Table(
    "notice_counter",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
)

notice_switch = sa.Table(
    "notice_switch",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("kind", sa.String(80), primary_key=True),
    sa.Column("channel", sa.String(5), primary_key=True),
    sa.Column("on", sa.Boolean, nullable=False),
    sa.CheckConstraint("channel IN ('list', 'push', 'email')", name="channel"),
)
"""Where somebody decided otherwise than the kind does by itself."""

notice_setting = sa.Table(
    "notice_setting",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    # Minutes after midnight in the person's own time zone; both empty: no quiet hours.
    sa.Column("quiet_from", sa.Integer),
    sa.Column("quiet_until", sa.Integer),
    sa.Column("time_zone", sa.String(64), nullable=False),
    sa.Column("details", sa.Boolean, nullable=False),
    sa.Column("digest", sa.Boolean, nullable=False),
    sa.Column("changed_at", Timestamp, nullable=False),
    sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="both_ends"),
    sa.CheckConstraint("quiet_from >= 0 AND quiet_from < 1440", name="quiet_from"),
    sa.CheckConstraint("quiet_until >= 0 AND quiet_until < 1440", name="quiet_until"),
)
"""details: whether pushes may say who and what, for whoever sees the locked screen."""

notice_acknowledgement = sa.Table(
    "notice_acknowledgement",
    metadata,
    sa.Column("device_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)
"""Up to which notice a device has shown them in an open page: those are not pushed to it."""

push_subscription = sa.Table(
    "push_subscription",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("device_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("endpoint", sa.String(1000), nullable=False, unique=True),
    sa.Column("public_key", sa.String(100), nullable=False),
    sa.Column("secret", sa.String(40), nullable=False),
    # Up to which notice this one was pushed to, or needed no push.
    sa.Column("pushed_seq", sa.BigInteger, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
)
"""A browser that can be pushed to (RFC 8030); its keys are those of RFC 8291."""

digest_letter = sa.Table(
    "digest_letter",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("sent_at", Timestamp, nullable=False),
)
"""Up to which notice somebody's last letter told, and when it left."""
