"""Likes, favourites, shares, and their counters per video."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata


def _reaction_table(name: str) -> sa.Table:
    """One row for each person and video: doing it again changes nothing."""
    table = sa.Table(
        name,
        metadata,
        sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), primary_key=True),
        sa.Column("reacted_at", Timestamp, nullable=False),
    )
    sa.Index(f"ix_{name}_own", table.c.account_id, table.c.reacted_at, table.c.video_id)
    sa.Index(f"ix_{name}_video", table.c.video_id)
    return table


video_like = _reaction_table("video_like")
video_favourite = _reaction_table("video_favourite")
video_share = _reaction_table("video_share")

reaction_count = sa.Table(
    "reaction_count",
    metadata,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), primary_key=True),
    # Kept here so that a profile can sum up the likes of all that its owner published.
    sa.Column("author_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("likes", sa.Integer, nullable=False, default=0),
    sa.Column("favourites", sa.Integer, nullable=False, default=0),
    sa.Column("shares", sa.Integer, nullable=False, default=0),
    sa.CheckConstraint("likes >= 0 AND favourites >= 0 AND shares >= 0", name="not_negative"),
)
sa.Index("ix_reaction_count_author", reaction_count.c.author_id)
