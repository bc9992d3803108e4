"""The driver's own connection, below SQLAlchemy's; its faults are raised as SQLAlchemy's."""

from typing import Any

import sqlalchemy as sa


def tell(driver: Any, sql: str, dialect: sa.Dialect) -> Any:
    """Run what begins or ends a transaction, and return its cursor.

    SQLAlchemy takes 0.1 ms for what SQLite does in 0.005.
    """
    try:
        return driver.execute(sql)
    except dialect.loaded_dbapi.Error as fault:
        raise as_elsewhere(fault, sql, dialect) from fault


def as_elsewhere(fault: Exception, sql: str, dialect: sa.Dialect) -> BaseException:
    """Return a driver's error as SQLAlchemy raises it; without the values, because people wrote them."""
    return sa.exc.DBAPIError.instance(
        sql, None, fault, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )
