"""Uploads and their moves."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

upload = sa.Table(
    "upload",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("offset_bytes", sa.BigInteger, nullable=False),
    sa.Column("announced", sa.Text, nullable=False),
    sa.Column("filename", sa.String(255), nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("expires_at", Timestamp),
    sa.Column("discarded_at", Timestamp),
    sa.CheckConstraint("state IN ('receiving', 'complete', 'claimed', 'discarded')", name="state"),
    sa.CheckConstraint("offset_bytes >= 0 AND offset_bytes <= size_bytes", name="offset"),
    sa.CheckConstraint("state NOT IN ('complete', 'claimed') OR offset_bytes = size_bytes", name="complete_is_whole"),
    sa.CheckConstraint("(state = 'discarded') = (discarded_at IS NOT NULL)", name="discarded_at"),
)
"""offset_bytes: how many bytes are on disk for certain; the file may hold more, which do not count.

announced: the Upload-Metadata header as it came, to be sent back. expires_at: None once claimed.
"""
sa.Index("ix_upload_owner", upload.c.owner_id, upload.c.created_at)
sa.Index("ix_upload_expires_at", upload.c.expires_at)

upload_move = sa.Table(
    "upload_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("upload_id", sa.BigInteger, sa.ForeignKey("upload.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("from_state", sa.String(10), nullable=False),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("moved_at", Timestamp, nullable=False),
)
"""by_id: the account that moved it, None for the server itself."""
