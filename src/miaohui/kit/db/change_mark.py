"""Tells cheaply whether anybody, in whatever process, has written."""

from typing import Any

from miaohui.kit.db.tx import Tx


def change_mark(tx: Tx) -> Any:
    """Return a value that differs from an earlier one of the same thread if anybody committed in between."""
    if tx.dialect == "sqlite":
        return tx.connection.exec_driver_sql("PRAGMA data_version").scalar()
    return tx.connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar()
