"""One open transaction, as every action and query sees it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

from miaohui.kit.db.driver import as_elsewhere
from miaohui.kit.db.prepared import Plan, Prepared, insert_into

if TYPE_CHECKING:
    from miaohui.kit.outbox import Event


T = TypeVar("T")

_FEW_ROWS = 8


class Recorder(Protocol):
    """Writes an emitted event into the transaction that emits it; kit.outbox implements it."""

    def record(self, tx: "Tx", event: "Event") -> None: ...

    def announce(self, tx: "Tx", name: str) -> None: ...


class Tx:
    """A transaction: statements, emitted events, and what to do once it is durable.

    `now` is the moment at which the transaction began; actions take their time from it. Where a method takes a
    `Prepared` statement, its values follow by name.
    """

    __slots__ = ("_after_commit", "_dialect", "_driver", "_recorder", "connection", "now")

    def __init__(
        self, connection: sa.Connection, now: datetime, recorder: Recorder | None = None, *, driver: Any
    ) -> None:
        """driver: what of the driver's runs statements in the same transaction, one after the other."""
        self.connection = connection
        self._dialect = connection.dialect
        self.now = now
        self._recorder = recorder
        self._after_commit: list[Callable[[], None]] = []
        self._driver = driver

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._dialect.name

    def execute(
        self, statement: sa.Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> sa.CursorResult[Any]:
        """Run a statement."""
        return self.connection.execute(statement, parameters)

    def insert(self, table: sa.Table, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Insert a row, or several with the same columns; no rows are none."""
        if isinstance(rows, Mapping):
            self._run(insert_into(table), rows)
        elif len(rows) == 1:
            self._run(insert_into(table), rows[0])
        elif rows:
            plan = insert_into(table).plan(self._dialect, rows[0])
            listed = [plan.arguments(row) for row in rows]
            try:
                if len(rows) <= _FEW_ROWS:
                    # One round trip for all of them; the statement is kept for each count.
                    self._execute(plan.sql_of_rows(len(rows)), list(chain.from_iterable(listed)))
                else:
                    self._driver.executemany(plan.sql, listed)
            except self._dialect.loaded_dbapi.Error as fault:
                raise as_elsewhere(fault, plan.sql, self._dialect) from fault

    def changed(self, statement: sa.Executable | Prepared, /, **values: Any) -> int:
        """Run an UPDATE or DELETE and return how many rows it touched; the way to decide by condition."""
        if isinstance(statement, Prepared):
            return int(self._run(statement, values)[1].rowcount)
        return self.connection.execute(statement, values or None).rowcount

    def scalar(self, statement: sa.Executable | Prepared, /, **values: Any) -> Any:
        """Return the first column of the first row, or None."""
        if isinstance(statement, Prepared):
            found = self.rows(statement, **values)
            return found[0][0] if found else None
        return self.connection.execute(statement, values or None).scalar()

    def scalars(self, statement: sa.Executable | Prepared, /, **values: Any) -> list[Any]:
        """Return the first column of all rows."""
        if isinstance(statement, Prepared):
            return [row[0] for row in self.rows(statement, **values)]
        return list(self.connection.execute(statement, values or None).scalars())

    def one(self, statement: sa.Executable | Prepared, struct: type[T], /, **values: Any) -> T | None:
        """Return the first row as `struct`, whose field names are the column names, or None."""
        if isinstance(statement, Prepared):
            found = self.all(statement, struct, **values)
            return found[0] if found else None
        row = self.connection.execute(statement, values or None).mappings().first()
        return None if row is None else struct(**row)

    def all(self, statement: sa.Executable | Prepared, struct: type[T], /, **values: Any) -> list[T]:
        """Return all rows as `struct`."""
        if isinstance(statement, Prepared):
            plan, cursor = self._run(statement, values)
            return [struct(**dict(zip(plan.names, row, strict=True))) for row in plan.rows(cursor)]
        return [struct(**row) for row in self.connection.execute(statement, values or None).mappings()]

    def rows(self, statement: Prepared, /, **values: Any) -> list[Any]:
        """Return all rows as named tuples."""
        plan, cursor = self._run(statement, values)
        return [plan.row._make(row) for row in plan.rows(cursor)]

    def emit(self, event: "Event") -> None:
        """Record an event; it leaves if and only if this transaction commits."""
        if self._recorder is None:
            raise RuntimeError("a read-only transaction cannot emit events")
        self._recorder.record(self, event)

    def rely_on_next_commit(self) -> None:
        """Let this commit not wait for the disk, where the database can do so (PostgreSQL).

        A power cut takes only the newest transactions: whatever is durable takes along all that was committed before.
        So this is for what is done again by itself, and for what is followed by a commit before anybody is told.
        """
        if self.dialect == "postgresql":
            self._execute("SET LOCAL synchronous_commit = off", ())

    def announce(self, name: str) -> None:
        """Wake those in this process who wait for such news once the transaction is durable.

        Others find by themselves what it wrote; this only spares them the wait.
        """
        if self._recorder is not None:
            self._recorder.announce(self, name)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call `call` once the transaction is durable. It runs in the writer's thread and must be short."""
        self._after_commit.append(call)

    def committed(self) -> None:
        """Run what waited for the commit."""
        for call in self._after_commit:
            call()

    def _run(self, statement: Prepared, values: Mapping[str, Any]) -> tuple[Plan, Any]:
        plan = statement.plan(self._dialect, values)
        arguments = plan.arguments(values)
        try:
            return plan, self._execute(plan.sql, arguments)
        except self._dialect.loaded_dbapi.Error as fault:
            raise as_elsewhere(fault, plan.sql, self._dialect) from fault

    def _execute(self, sql: str, arguments: Sequence[Any]) -> Any:
        if self._dialect.name == "postgresql":
            return self._driver.execute(sql, arguments, prepare=True)
        return self._driver.execute(sql, arguments)
