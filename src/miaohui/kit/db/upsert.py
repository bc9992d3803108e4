"""INSERT … ON CONFLICT, spelled once for both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from miaohui.kit.db.tx import Tx


def insert_if_absent(tx: Tx, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert one row unless a unique constraint already holds one; return whether it was inserted."""
    statement = _insert(tx, table).values(**values).on_conflict_do_nothing()
    return tx.execute(statement.execution_options(preserve_rowcount=True)).rowcount == 1


def insert_or_update(
    tx: Tx, table: sa.Table, values: Mapping[str, Any], *, key: Sequence[str], changes: Mapping[str, Any]
) -> None:
    """Insert one row, or apply `changes` to the row that has the same `key` columns.

    changes: column name → value or SQL expression (for example `table.c.likes + 1`).
    """
    tx.execute(_insert(tx, table).values(**values).on_conflict_do_update(index_elements=list(key), set_=dict(changes)))


def _insert(tx: Tx, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if tx.dialect == "postgresql" else sqlite.insert(table)
