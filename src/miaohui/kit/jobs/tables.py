"""Rows of jobs and of their schedules."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

job_table = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(80), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("lane", sa.String(10), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("run_at", Timestamp, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("unique_key", sa.String(200)),
    sa.Column("lease_owner", sa.String(80)),
    sa.Column("lease_expires_at", Timestamp),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("failure", sa.Text),
    sa.Column("staged_at", Timestamp, nullable=False),
    sa.Column("started_at", Timestamp),
    sa.Column("finished_at", Timestamp),
    sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
    sa.CheckConstraint("progress >= 0 AND progress <= 1", name="progress"),
)
_unfinished = job_table.c.state.in_(["queued", "running"])
sa.Index(
    "uq_job_unique_key", job_table.c.unique_key, unique=True, sqlite_where=_unfinished, postgresql_where=_unfinished
)
sa.Index(
    "ix_job_claim",
    job_table.c.lane,
    job_table.c.priority,
    job_table.c.run_at,
    sqlite_where=_unfinished,
    postgresql_where=_unfinished,
)

schedule_table = sa.Table(
    "job_schedule",
    metadata,
    sa.Column("kind", sa.String(80), primary_key=True),
    sa.Column("last_slot", sa.BigInteger, nullable=False),
)
