"""INSERT … ON CONFLICT, spelled once for both databases."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from miaohui.kit.db.tx import Tx


def insert_if_absent(tx: Tx, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert one row unless a unique constraint already holds one; return whether it was inserted.

    values: plain ones; columns that are left out take their scalar default, or NULL.
    """
    row = {**_defaults(table), **values}
    return tx.execute(_insert_or_nothing(table, tuple(row), tx.dialect), row).rowcount == 1


def insert_or_update(
    tx: Tx, table: sa.Table, values: Mapping[str, Any], *, key: Sequence[str], changes: Mapping[str, Any]
) -> None:
    """Insert one row, or apply `changes` to the row that has the same `key` columns.

    changes: column name → value or SQL expression (for example `table.c.likes + 1`).
    """
    tx.execute(_insert(tx, table).values(**values).on_conflict_do_update(index_elements=list(key), set_=dict(changes)))


@lru_cache(maxsize=1024)
def _insert_or_nothing(table: sa.Table, names: tuple[str, ...], dialect: str) -> sa.Executable:
    """Return the statement as text: SQLAlchemy compiles ON CONFLICT anew each time, which took a third of an order."""
    typed = [sa.bindparam(name, type_=table.c[name].type) for name in names]
    build, spelling = (postgresql.insert, postgresql) if dialect == "postgresql" else (sqlite.insert, sqlite)
    statement = build(table).values({one.key: one for one in typed}).on_conflict_do_nothing()
    compiled = statement.compile(dialect=spelling.dialect(paramstyle="named"))
    return sa.text(str(compiled)).bindparams(*typed).execution_options(preserve_rowcount=True)


@cache
def _defaults(table: sa.Table) -> Mapping[str, Any]:
    return {
        column.name: column.default.arg
        for column in table.c
        if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar
    }


def _insert(tx: Tx, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if tx.dialect == "postgresql" else sqlite.insert(table)
