"""The steps from each release's tables to the next, run by Alembic at start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from miaohui.kit.db import Database
from miaohui.schema import all_tables


def migrate(database: Database) -> None:
    """Bring the database to the newest tables; several processes may start at once."""
    if not any((Path(__file__).parent / "versions").glob("*.py")):
        all_tables().create_all(database.engine)
        return
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
    return configuration
