"""Storage: `await db.write(action, **kw)` and `await db.read(query, **kw)` on SQLite or PostgreSQL."""

from miaohui.kit.db.change_mark import change_mark
from miaohui.kit.db.columns import BigIdentity, Json, Timestamp, metadata
from miaohui.kit.db.database import Database
from miaohui.kit.db.open import open_database
from miaohui.kit.db.prepared import Prepared
from miaohui.kit.db.tx import Tx
from miaohui.kit.db.upsert import insert_if_absent, insert_or_update, prepared_insert_or_update

__all__ = [
    "BigIdentity",
    "Database",
    "Json",
    "Prepared",
    "Timestamp",
    "Tx",
    "change_mark",
    "insert_if_absent",
    "insert_or_update",
    "metadata",
    "open_database",
    "prepared_insert_or_update",
]
