"""What the feed keeps: the log of signals, what was served, and each person's choice about being learned from."""

import sqlalchemy as sa

from miaohui.kit.db import BigIdentity, Json, Timestamp, metadata

signal = sa.Table(
    "signal",
    metadata,
    # The interest engine is folded from these rows in this order and from nothing else (live.py).
    sa.Column("seq", BigIdentity, primary_key=True, autoincrement=True),
    # Who acted; of `published`, `changed` and `removed` the author.
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("item_id", sa.BigInteger),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("dwell_ms", sa.BigInteger),
    sa.Column("duration_ms", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
    # Names the act for its sender, so that a batch that is sent twice counts once.
    sa.Column("client_id", sa.String(64)),
    # The served card that the act answers.
    sa.Column("page_id", sa.BigInteger),
    sa.Column("position", sa.Integer),
    # What the engine must know of an item, as it was then; only of `published` and `changed`.
    sa.Column("facts", Json),
    sa.CheckConstraint("dwell_ms >= 0 AND dwell_ms <= 86400000", name="dwell_within_a_day"),
    sa.CheckConstraint("duration_ms >= 0 AND duration_ms <= 86400000", name="duration_within_a_day"),
    sqlite_autoincrement=True,
)
sa.Index("ix_signal_person", signal.c.person_id, signal.c.seq)
sa.Index(
    "uq_signal_client",
    signal.c.person_id,
    signal.c.client_id,
    unique=True,
    sqlite_where=signal.c.client_id.is_not(None),
    postgresql_where=signal.c.client_id.is_not(None),
)

impression = sa.Table(
    "impression",
    metadata,
    sa.Column("page_id", sa.BigInteger, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("item_id", sa.BigInteger, nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    # Of being taken by its source; 1 where the source leaves nothing to chance.
    sa.Column("probability", sa.Float, nullable=False),
    sa.Column("model_version", sa.String(64), nullable=False),
    sa.Column("served_at", Timestamp, nullable=False),
    sa.CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
)
sa.Index("ix_impression_person", impression.c.person_id, impression.c.item_id)
sa.Index("ix_impression_served", impression.c.served_at)

interest_model = sa.Table(
    "interest_model",
    metadata,
    # Ascending with time; the newest row is the model in use, and its file is durable before the row is there.
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.String(24), nullable=False),
    # Of the file among the blobs.
    sa.Column("key", sa.String(120), nullable=False),
    # The last row of the log that it was fitted from.
    sa.Column("up_to", sa.BigInteger, nullable=False),
    sa.Column("fitted_at", Timestamp, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    # What was measured on validation, and the weights that were chosen there.
    sa.Column("figures", Json, nullable=False),
)

interest_setting = sa.Table(
    "interest_setting",
    metadata,
    sa.Column("person_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("personalised", sa.Boolean, nullable=False),
    sa.Column("reset_at", Timestamp),
)
