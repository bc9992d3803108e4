"""Conversations, who is in them, what was written, and the log that each person's devices follow."""

import sqlalchemy as sa

from miaohui.kit.db import BigIdentity, Json, Timestamp, metadata

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), nullable=False),
    # request: a stranger has written and waits for an answer.
    sa.Column("state", sa.String(8), nullable=False),
    # The two of a direct conversation, the lower id first; empty for a group.
    sa.Column("low_id", sa.BigInteger, sa.ForeignKey("account.id")),
    sa.Column("high_id", sa.BigInteger, sa.ForeignKey("account.id")),
    sa.Column("title", sa.String(40)),
    # The folder of a group's picture in kit.blobs.
    sa.Column("picture", sa.String(120)),
    sa.Column("members", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False, default=0),
    sa.Column("first_sender_id", sa.BigInteger),
    # When the second of two people wrote for the first time.
    sa.Column("answered_at", Timestamp),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("changed_at", Timestamp, nullable=False),
    sa.UniqueConstraint("low_id", "high_id"),
    sa.CheckConstraint("kind IN ('direct', 'group')", name="kind_known"),
    sa.CheckConstraint("state IN ('request', 'open')", name="state_known"),
    sa.CheckConstraint("kind = 'direct' OR state = 'open'", name="requests_are_direct"),
    sa.CheckConstraint(
        "(kind = 'direct') = (low_id IS NOT NULL) AND (kind = 'direct') = (high_id IS NOT NULL)", name="two_of_a_direct"
    ),
    sa.CheckConstraint("low_id < high_id", name="lower_first"),
    sa.CheckConstraint("last_seq >= 0 AND members >= 0", name="not_negative"),
    sa.CheckConstraint("picture IS NULL OR kind = 'group'", name="pictures_are_of_groups"),
)
sa.Index("ix_conversation_high", conversation.c.high_id)

conversation_member = sa.Table(
    "conversation_member",
    metadata,
    sa.Column("conversation_id", sa.BigInteger, sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("role", sa.String(8), nullable=False, default="member"),
    sa.Column("folder", sa.String(8), nullable=False, default="inbox"),
    # Who joins a group reads from here on; all messages have a higher number.
    sa.Column("joined_seq", sa.Integer, nullable=False, default=0),
    sa.Column("read_seq", sa.Integer, nullable=False, default=0),
    sa.Column("muted", sa.Boolean, nullable=False, default=False),
    sa.Column("joined_at", Timestamp, nullable=False),
    sa.Column("left_at", Timestamp),
    sa.CheckConstraint("role IN ('owner', 'admin', 'member')", name="role_known"),
    sa.CheckConstraint("folder IN ('inbox', 'requests', 'declined')", name="folder_known"),
    sa.CheckConstraint("read_seq >= 0 AND joined_seq >= 0", name="not_negative"),
)
sa.Index("ix_conversation_member_account", conversation_member.c.account_id, conversation_member.c.left_at)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.BigInteger, sa.ForeignKey("conversation.id"), nullable=False),
    # 1, 2, 3 … within the conversation: given under the lock of its row, so nothing appears before it later.
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("sender_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # The sender's own name for this act: a resend finds the first result by it.
    sa.Column("client_id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("body", Json),
    sa.Column("reply_to_id", sa.BigInteger, sa.ForeignKey("message.id")),
    sa.Column("sent_at", Timestamp, nullable=False),
    sa.Column("recalled_at", Timestamp),
    sa.UniqueConstraint("conversation_id", "seq"),
    sa.UniqueConstraint("sender_id", "client_id"),
    sa.CheckConstraint("seq > 0", name="seq_from_one"),
    # A recalled message keeps its place, but not its words.
    sa.CheckConstraint("(recalled_at IS NULL) = (body IS NOT NULL)", name="body_until_recalled"),
)
_answers = message.c.reply_to_id.is_not(None)
sa.Index("ix_message_reply_to", message.c.reply_to_id, sqlite_where=_answers, postgresql_where=_answers)

message_term = sa.Table(
    "message_term",
    metadata,
    sa.Column("conversation_id", sa.BigInteger, sa.ForeignKey("conversation.id"), primary_key=True),
    sa.Column("term", sa.String(32), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which words stand in which message; by conversation, because people search only in their own."""

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    # The folder of its files in kit.blobs.
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("message_id", sa.BigInteger, sa.ForeignKey("message.id")),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.CheckConstraint("kind IN ('photo', 'voice', 'video')", name="kind_known"),
    sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name="state_known"),
)
sa.Index("ix_attachment_owner", attachment.c.owner_id)
sa.Index("ix_attachment_message", attachment.c.message_id)
_unused = attachment.c.message_id.is_(None)
sa.Index("ix_attachment_unused", attachment.c.created_at, sqlite_where=_unused, postgresql_where=_unused)

person_log = sa.Table(
    "person_log",
    metadata,
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("epoch", sa.String(16), nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False, default=0),
    # All entries up to here are gone; a cursor below it cannot be continued.
    sa.Column("pruned_seq", sa.BigInteger, nullable=False, default=0),
    sa.CheckConstraint("0 <= pruned_seq AND pruned_seq <= last_seq", name="pruned_behind_last"),
)

person_event = sa.Table(
    "person_event",
    metadata,
    # Counts over all people, so that a web process finds what is new for anybody.
    sa.Column("id", BigIdentity, primary_key=True, autoincrement=True),
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    # By whom it is, for who must not meet them any more when it is read.
    sa.Column("about_id", sa.BigInteger),
    sa.Column("conversation_id", sa.BigInteger),
    # What is said stands in the message alone: what is recalled is recalled here, too.
    sa.Column("message_id", sa.BigInteger),
    sa.Column("data", Json),
    sa.Column("at", Timestamp, nullable=False),
    sa.Column("expires_at", Timestamp),
    sa.UniqueConstraint("person_id", "seq"),
    sqlite_autoincrement=True,
)
sa.Index("ix_person_event_at", person_event.c.at)

device_cursor = sa.Table(
    "device_cursor",
    metadata,
    sa.Column("device_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("acknowledged_at", Timestamp, nullable=False),
)
sa.Index("ix_device_cursor_person", device_cursor.c.person_id)
