"""Statements that run often: built where their module is loaded, compiled once, then handed straight to the driver.

SQLAlchemy walks a statement each time to find it in its cache, and wraps each execution in a context of its own:
0.15 to 0.3 ms for what SQLite answers in 0.01, and an order takes some ninety statements. What is written here uses
its public compiler and its types, so a prepared statement means on both databases what it means elsewhere.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

_Convert = Callable[[Any], Any]


class Prepared:
    """A statement with names for its values: `Prepared(sa.select(…).where(trade.c.id == sa.bindparam("trade_id")))`.

    A list for IN is `sa.bindparam("ids", expanding=True)`; all that is not a `bindparam` without a value is constant.
    An INSERT takes the columns that it is given; those left out take their scalar default, or NULL.

    statement: or a function that makes it for "sqlite" and for "postgresql", where they spell it differently.
    """

    __slots__ = ("_build", "_compiled")

    def __init__(self, statement: sa.Executable | Callable[[str], sa.Executable]) -> None:
        self._build = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def plan(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> "Plan":
        """Return how this runs on a database with values of these names, and lists as long as these."""
        key = (dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            statement = self._build if isinstance(self._build, sa.Executable) else self._build(dialect.name)
            # Two threads may both do this the first time; either result is right.
            compiled = self._compiled[key] = _Compiled(statement, dialect, values)
        return compiled.plan(values)


@cache
def insert_into(table: sa.Table) -> Prepared:
    """Return the plain INSERT of a table."""
    return Prepared(sa.insert(table))


class _Compiled:
    """A statement in the words of one database, for values of certain names."""

    def __init__(self, statement: Any, dialect: sa.Dialect, values: Mapping[str, Any]) -> None:
        columns = None
        if statement.is_insert:
            columns = [name for name in values if name in statement.table.c]
            if not statement.exported_columns:
                # Otherwise PostgreSQL would be asked for a key that nobody wants.
                statement = statement.inline()
        self._dialect = dialect
        self._sql = statement.compile(dialect=dialect, column_keys=columns)
        self._results = [column.type for column in statement.exported_columns]
        self._defaults = {column.key: _default(column) for column in getattr(self._sql, "insert_prefetch", ())}
        needed = {one.key for one in self._sql.binds.values() if one.required and one.key not in self._defaults}
        if needed != set(values):
            raise TypeError(f"the statement wants {sorted(needed)} and got {sorted(values)}: {self._sql}")
        self._lists = [name for name in values if self._sql.binds[name].expanding]
        self._plans: dict[tuple[int, ...], Plan] = {}

    def plan(self, values: Mapping[str, Any]) -> "Plan":
        lengths = tuple([len(values[name]) for name in self._lists])
        plan = self._plans.get(lengths)
        if plan is None:
            plan = self._plans[lengths] = self._make_plan(values)
        return plan

    def _make_plan(self, values: Mapping[str, Any]) -> "Plan":
        given = {**self._defaults, **values}
        state = self._sql.construct_expanded_state(given)
        items = {
            item: (name, number)
            for name, listed in state.parameter_expansion.items()
            for number, item in enumerate(listed)
        }
        slots = []
        for place in state.positiontup or ():
            name, number = items.get(place, (place, None))
            bind = self._sql.binds[name]
            convert = bind.type.dialect_impl(self._dialect).bind_processor(self._dialect)
            if bind.key in values:
                slots.append(_Slot(bind.key, number, convert, None))
            else:
                constant = state.parameters[place]
                slots.append(_Slot(None, None, None, constant if convert is None else convert(constant)))
        return Plan(state.statement, slots, self._results, self._dialect)


class _Slot(NamedTuple):
    """Where one of the driver's arguments comes from: a value, an item of a listed value, or a constant."""

    name: str | None
    number: int | None
    convert: _Convert | None
    constant: Any


class Plan:
    """What the driver gets, and how to read what it returns."""

    def __init__(self, sql: str, slots: Sequence[_Slot], results: Sequence[Any], dialect: sa.Dialect) -> None:
        self.sql = sql
        self._slots = [tuple(slot) for slot in slots]
        self._results = results
        self._dialect = dialect
        self.names: tuple[str, ...] = ()
        self.row: Any = None
        """A named tuple of the columns."""
        self._converts: list[tuple[int, _Convert]] = []
        self._sql_of_rows: dict[int, str] = {}

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order and form in which the driver takes them."""
        arguments = []
        for name, number, convert, constant in self._slots:
            if name is None:
                arguments.append(constant)
                continue
            value = values[name] if number is None else values[name][number]
            arguments.append(value if convert is None else convert(value))
        return arguments

    def sql_of_rows(self, count: int) -> str:
        """Return the plain INSERT with so many rows of values, for the arguments of all of them."""
        sql = self._sql_of_rows.get(count)
        if sql is None:
            row = self.sql.partition(" VALUES ")[2]
            sql = self._sql_of_rows[count] = ", ".join([self.sql, *[row] * (count - 1)])
        return sql

    def rows(self, cursor: Any) -> list[Any]:
        """Return all rows as plain tuples of the types that the columns have."""
        found: list[Any] = cursor.fetchall()
        if self.row is None:
            self._describe(cursor.description)
        if not self._converts:
            return found
        return [self._converted(row) for row in found]

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        changed = list(row)
        for place, convert in self._converts:
            changed[place] = convert(changed[place])
        return changed

    def _describe(self, description: Sequence[Sequence[Any]]) -> None:
        self.names = tuple(column[0] for column in description)
        for place, (kind, column) in enumerate(zip(self._results, description, strict=True)):
            convert = kind.dialect_impl(self._dialect).result_processor(self._dialect, column[1])
            if convert is not None:
                self._converts.append((place, convert))
        # Last, because another thread takes it as the sign that all is there.
        self.row = namedtuple("Row", self.names, rename=True)  # type: ignore[misc]  # its fields are known only now


def _default(column: sa.Column[Any]) -> Any:
    default = column.default
    if not (isinstance(default, sa.ColumnDefault) and default.is_scalar):
        raise TypeError(f"the default of {column} is no plain value")
    return default.arg
