"""Videos, their renditions and hashtags, the files of each, and their moves."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

video = sa.Table(
    "video",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("author_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("upload_id", sa.BigInteger, unique=True),
    sa.Column("local_key", sa.String(120), unique=True),
    sa.Column("request_digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("ladder", sa.String(10), nullable=False),
    sa.Column("progress_percent", sa.SmallInteger, nullable=False),
    sa.Column("caption", sa.Text, nullable=False),
    sa.Column("topics", Json, nullable=False),
    sa.Column("asked_start_ms", sa.Integer),
    sa.Column("asked_end_ms", sa.Integer),
    sa.Column("asked_cover_ms", sa.Integer),
    sa.Column("refusal_code", sa.String(40)),
    sa.Column("refusal_data", Json),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("has_audio", sa.Boolean),
    sa.Column("mp4", sa.String(200)),
    sa.Column("hls", sa.String(200)),
    sa.Column("poster", sa.String(200)),
    sa.Column("thumbnail", sa.String(200)),
    sa.Column("strip", sa.String(200)),
    sa.Column("strip_frames", sa.SmallInteger),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("published_at", Timestamp),
    sa.Column("removed_at", Timestamp),
    sa.CheckConstraint("state IN ('processing', 'published', 'refused', 'failed', 'removed')", name="state"),
    sa.CheckConstraint("ladder IN ('waiting', 'building', 'ready', 'failed')", name="ladder"),
    sa.CheckConstraint("progress_percent BETWEEN 0 AND 100", name="progress"),
    sa.CheckConstraint(
        "state <> 'published' OR (mp4 IS NOT NULL AND poster IS NOT NULL AND duration_ms > 0 AND published_at IS NOT NULL)",
        name="published_can_be_played",
    ),
    sa.CheckConstraint("(state = 'refused') = (refusal_code IS NOT NULL) OR state = 'removed'", name="refusal"),
    sa.CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name="removed_at"),
)
"""upload_id: where the file came from; without a foreign key, since uploads are forgotten earlier.

local_key: whoever publishes files of this machine (the demo) names each, so that doing it twice is once.
request_digest: of what was asked for, so that a repeated request is told from a changed one.
asked_…_ms: cut and cover as asked for, on the time line of the source. mp4 … strip: keys in kit.blobs.
width, height: of the source as displayed. The size of the picture shown has the same shape.
"""
sa.Index("ix_video_author", video.c.author_id, video.c.published_at, video.c.id)
sa.Index("ix_video_published", video.c.state, video.c.published_at, video.c.id)

video_rendition = sa.Table(
    "video_rendition",
    metadata,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), primary_key=True),
    sa.Column("name", sa.String(10), primary_key=True),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("bandwidth", sa.Integer, nullable=False),
    sa.Column("average_bandwidth", sa.Integer, nullable=False),
    sa.Column("codecs", sa.String(60), nullable=False),
    sa.Column("n_bytes", sa.BigInteger, nullable=False),
)

video_hashtag = sa.Table(
    "video_hashtag",
    metadata,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), primary_key=True),
    sa.Column("tag", sa.String(64), primary_key=True),
)
"""tag: folded (NFKC, case), without the sign. Only of videos that are published."""
sa.Index("ix_video_hashtag_tag", video_hashtag.c.tag, video_hashtag.c.video_id)

video_output = sa.Table(
    "video_output",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), nullable=False, index=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("begun_at", Timestamp, nullable=False),
    sa.CheckConstraint("role IN ('cover', 'first', 'ladder')", name="role"),
    sa.CheckConstraint("state IN ('writing', 'current', 'retired')", name="state"),
)
"""A folder of files that a job writes, noted before its first file, so that none is ever forgotten.

Its files become visible by the transaction that makes it `current` and lets the video name them; what died
half-way stays `writing` until the next try, or the sweep, retires it. first: what plays before the ladder.
"""

video_move = sa.Table(
    "video_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), nullable=False, index=True),
    sa.Column("what", sa.String(10), nullable=False),
    sa.Column("from_state", sa.String(12), nullable=False),
    sa.Column("to_state", sa.String(12), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("reason", sa.String(400), nullable=False),
    sa.Column("moved_at", Timestamp, nullable=False),
    sa.CheckConstraint("what IN ('video', 'ladder')", name="what"),
)
"""by_id: the account that moved it, None for the server itself."""
