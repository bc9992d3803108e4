"""Chooses the database by settings."""

from pathlib import Path

import sqlalchemy as sa

from miaohui.kit.clock import Clock, SystemClock
from miaohui.kit.db.database import Database
from miaohui.kit.db.postgres import PostgresDatabase
from miaohui.kit.db.sqlite import SqliteDatabase
from miaohui.kit.db.tx import Recorder


def open_database(
    url: str,
    *,
    clock: Clock | None = None,
    recorder: Recorder | None = None,
    pool_size: int = 8,
    write_batch: int = 128,
) -> Database:
    """Open the database that `url` names (`sqlite:///path` or `postgresql://…`)."""
    clock = clock or SystemClock()
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return PostgresDatabase(url, clock=clock, recorder=recorder, pool_size=pool_size)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return SqliteDatabase(
            Path(parsed.database), clock=clock, recorder=recorder, readers=pool_size, write_batch=write_batch
        )
    raise ValueError(f"not a database that Miaohui knows: {parsed.render_as_string(hide_password=True)}")
