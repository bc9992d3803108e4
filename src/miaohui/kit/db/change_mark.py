"""Tells cheaply whether anybody, in whatever process, has written."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.db.prepared import Prepared
from miaohui.kit.db.tx import Tx

_IN_WORDS = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_wal_insert_lsn()"}
_MARK = Prepared(lambda dialect: sa.text(_IN_WORDS[dialect]).columns(sa.column("mark")))


def change_mark(tx: Tx) -> Any:
    """Return a value that differs from an earlier one of the same thread if anybody committed in between."""
    return tx.scalar(_MARK)
