"""Stickers that people made, and which ones they keep at hand. Those that come with us are in packs.py."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

sticker = sa.Table(
    "sticker",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("maker_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("name", sa.String(24), nullable=False),
    # Its key in kit.blobs; empty once it is removed.
    sa.Column("picture", sa.String(80)),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("made_at", Timestamp, nullable=False),
    sa.Column("removed_at", Timestamp),
    # By its maker, or by an operator, who says why.
    sa.Column("removed_by", sa.BigInteger),
    sa.Column("removal_reason", sa.String(200)),
    sa.CheckConstraint("state IN ('shown', 'removed')", name="state_known"),
    sa.CheckConstraint("(state = 'shown') = (picture IS NOT NULL)", name="picture_while_shown"),
    sa.CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name="removal_dated"),
)

sticker_pack_choice = sa.Table(
    "sticker_pack_choice",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("pack_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("taken", sa.Boolean, nullable=False),
    sa.Column("chosen_at", Timestamp, nullable=False),
)
"""Where somebody added a pack, or put one away that everybody has from the start."""

sticker_favourite = sa.Table(
    "sticker_favourite",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("sticker_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kept_at", Timestamp, nullable=False),
)
sa.Index("ix_sticker_favourite_sticker_id", sticker_favourite.c.sticker_id)

sticker_use = sa.Table(
    "sticker_use",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("sticker_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("used_at", Timestamp, nullable=False),
)
sa.Index("ix_sticker_use_sticker_id", sticker_use.c.sticker_id)

sticker_report = sa.Table(
    "sticker_report",
    metadata,
    sa.Column("sticker_id", sa.BigInteger, sa.ForeignKey("sticker.id"), primary_key=True),
    sa.Column("reporter_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("reported_at", Timestamp, nullable=False),
    # Who looked at it and let it stand; empty while it waits.
    sa.Column("dismissed_by", sa.BigInteger),
    sa.Column("dismissed_at", Timestamp),
)
sa.Index("ix_sticker_report_reporter_id", sticker_report.c.reporter_id)
