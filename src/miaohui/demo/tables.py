"""What the demo remembers of its planting, so that it goes on where it was interrupted and does nothing twice."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

demo_town = sa.Table(
    "demo_town",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("clips", sa.Integer, nullable=False),
    sa.Column("planted_at", Timestamp, nullable=False),
    sa.CheckConstraint("id = 1", name="one_town"),
)
"""planted_at: the moment that the town's past is counted back from."""

demo_resident = sa.Table(
    "demo_resident",
    metadata,
    sa.Column("handle", sa.String(24), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, unique=True),
    sa.Column("place", sa.SmallInteger, nullable=False),
    sa.Column("portrayed_at", Timestamp),
)
"""handle: the name in the script, which stays when a visitor changes the account's. place: in lists of people."""

demo_clip = sa.Table(
    "demo_clip",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), unique=True),
    sa.Column("made_at", Timestamp, nullable=False),
    sa.Column("watched_at", Timestamp),
)
"""video_id: empty when its author has left the town. watched_at: when its month of viewers and comments was planted."""
