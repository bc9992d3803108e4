"""INSERT … ON CONFLICT, spelled once for both databases."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from miaohui.kit.db.prepared import Prepared
from miaohui.kit.db.tx import Tx


def insert_if_absent(tx: Tx, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert one row unless a unique constraint already holds one; return whether it was inserted.

    values: plain ones; columns that are left out take their scalar default, or NULL.
    """
    return tx.changed(_insert_or_nothing(table), **values) == 1


def insert_or_update(
    tx: Tx, table: sa.Table, values: Mapping[str, Any], *, key: Sequence[str], changes: Mapping[str, Any]
) -> None:
    """Insert one row, or apply `changes` to the row that has the same `key` columns.

    changes: column name → value or SQL expression (for example `table.c.likes + 1`).
    """
    tx.execute(
        _insert(table, tx.dialect).values(**values).on_conflict_do_update(index_elements=list(key), set_=dict(changes))
    )


def prepared_insert_or_update(
    table: sa.Table,
    *,
    key: Sequence[str],
    changes: Mapping[str, Any],
    returning: Sequence[sa.ColumnElement[Any]] = (),
) -> Prepared:
    """Return an `insert_or_update` that runs often; its values are the columns of the row.

    changes: column name → SQL expression; what the row brings is `sa.literal_column("excluded.…")`.
    returning: what it answers, as the row then stands.
    """

    def build(dialect: str) -> sa.Executable:
        written = _insert(table, dialect).on_conflict_do_update(index_elements=list(key), set_=dict(changes))
        return written.returning(*returning) if returning else written

    return Prepared(build)


@cache
def _insert_or_nothing(table: sa.Table) -> Prepared:
    return Prepared(lambda dialect: _insert(table, dialect).on_conflict_do_nothing())


def _insert(table: sa.Table, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
