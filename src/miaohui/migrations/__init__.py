"""The steps from each release's tables to the next, run by Alembic at start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from miaohui.kit.db import Database


def migrate(database: Database) -> None:
    """Bring the database to the newest tables; several processes may start at once."""
    configuration = alembic_config()
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Held until the end of this transaction: the second process finds the work done.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7224662)"))
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def alembic_config() -> Config:
    """Return Alembic's configuration, which needs no file of its own."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return configuration
