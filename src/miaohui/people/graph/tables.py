"""Follows, blocks, mutes, remark names, the two counters of each person, and by what people are found."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

follow = sa.Table(
    "follow",
    metadata,
    sa.Column("follower_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("followee_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("followed_at", Timestamp, nullable=False),
    sa.CheckConstraint("follower_id <> followee_id", name="not_oneself"),
)
sa.Index("ix_follow_following", follow.c.follower_id, follow.c.followed_at, follow.c.followee_id)
sa.Index("ix_follow_followers", follow.c.followee_id, follow.c.followed_at, follow.c.follower_id)

block = sa.Table(
    "block",
    metadata,
    sa.Column("blocker_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("blocked_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("blocked_at", Timestamp, nullable=False),
    sa.CheckConstraint("blocker_id <> blocked_id", name="not_oneself"),
)
sa.Index("ix_block_blocked", block.c.blocked_id, block.c.blocker_id)

mute = sa.Table(
    "mute",
    metadata,
    sa.Column("muter_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("muted_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("muted_at", Timestamp, nullable=False),
    sa.CheckConstraint("muter_id <> muted_id", name="not_oneself"),
)
sa.Index("ix_mute_muted", mute.c.muted_id)

remark = sa.Table(
    "remark",
    metadata,
    sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("name", sa.String(24), nullable=False),
    sa.CheckConstraint("owner_id <> person_id", name="not_oneself"),
)
sa.Index("ix_remark_person", remark.c.person_id)

graph_count = sa.Table(
    "graph_count",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("followers", sa.Integer, nullable=False, default=0),
    sa.Column("following", sa.Integer, nullable=False, default=0),
    sa.CheckConstraint("followers >= 0 AND following >= 0", name="not_negative"),
)

name_piece = sa.Table(
    "name_piece",
    metadata,
    sa.Column("piece", sa.String(2), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True, index=True),
)
"""Pieces of nicknames and handles (names.py)."""
