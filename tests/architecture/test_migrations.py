"""A database that came by all migrations is the same as one made from today's tables."""

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from miaohui.kit.db import Database, open_database
from miaohui.migrations import migrate
from miaohui.schema import all_tables


def migrated(url: str) -> Database:
    database = open_database(url)
    migrate(database)
    return database


def test_nothing_is_left_for_a_further_migration(database_url: str) -> None:
    database = migrated(database_url)
    with database.engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), all_tables()) == []
    database.close()


def test_constraints_are_the_same_too(tmp_path: Path) -> None:
    made = open_database(f"sqlite:///{tmp_path / 'made.db'}")
    all_tables().create_all(made.engine)
    came = open_database(f"sqlite:///{tmp_path / 'came.db'}")
    migrate(came)
    assert _definitions(came) - {"table alembic_version"} == _definitions(made)
    made.close()
    came.close()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'twice.db'}")
    migrate(database)
    once = _definitions(database)
    migrate(database)
    assert _definitions(database) == once
    database.close()


def _definitions(database: Database) -> set[str]:
    """Return every table and index with its clauses in one order."""
    with database.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    found = set()
    for kind, name, sql in rows:
        if name in ("alembic_version", "sqlite_sequence"):
            continue
        clauses = sorted(re.sub(r"\s+", " ", line).strip(" ,").replace('"', "") for line in sql.splitlines())
        found.add(f"{kind} {name}: " + " | ".join(clause for clause in clauses if clause))
    return found
