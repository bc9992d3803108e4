"""Column types that mean the same on both databases, and the one `MetaData` of all tables."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.kit.clock import from_ms, to_ms

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigIdentity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A 64-bit key that the database counts up (SQLite does so only for a column declared INTEGER)."""


class Timestamp(sa.types.TypeDecorator[datetime]):
    """An aware UTC moment, kept as whole milliseconds since 1970 in a 64-bit integer."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else from_ms(value)


class Json(sa.types.TypeDecorator[Any]):
    """A JSON document in a text column, encoded by msgspec."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)
