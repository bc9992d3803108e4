"""One open transaction, as every action and query sees it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

if TYPE_CHECKING:
    from miaohui.kit.outbox import Event


T = TypeVar("T")


class Recorder(Protocol):
    """Writes an emitted event into the transaction that emits it; kit.outbox implements it."""

    def record(self, tx: "Tx", event: "Event") -> None: ...


class Tx:
    """A transaction: statements, emitted events, and what to do once it is durable.

    `now` is the moment at which the transaction began; actions take their time from it.
    """

    __slots__ = ("_after_commit", "_recorder", "connection", "now")

    def __init__(self, connection: sa.Connection, now: datetime, recorder: Recorder | None = None) -> None:
        self.connection = connection
        self.now = now
        self._recorder = recorder
        self._after_commit: list[Callable[[], None]] = []

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.connection.dialect.name

    def execute(
        self, statement: sa.Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> sa.CursorResult[Any]:
        """Run a statement."""
        return self.connection.execute(statement, parameters)

    def changed(self, statement: sa.Executable) -> int:
        """Run an UPDATE or DELETE and return how many rows it touched; the way to decide by condition."""
        return self.execute(statement).rowcount

    def scalar(self, statement: sa.Executable) -> Any:
        """Return the first column of the first row, or None."""
        return self.connection.execute(statement).scalar()

    def scalars(self, statement: sa.Executable) -> list[Any]:
        """Return the first column of all rows."""
        return list(self.connection.execute(statement).scalars())

    def one(self, statement: sa.Executable, struct: type[T]) -> T | None:
        """Return the first row as `struct`, whose field names are the column names, or None."""
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else struct(**row)

    def all(self, statement: sa.Executable, struct: type[T]) -> list[T]:
        """Return all rows as `struct`."""
        return [struct(**row) for row in self.connection.execute(statement).mappings()]

    def emit(self, event: "Event") -> None:
        """Record an event; it leaves if and only if this transaction commits."""
        if self._recorder is None:
            raise RuntimeError("a read-only transaction cannot emit events")
        self._recorder.record(self, event)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call `call` once the transaction is durable. It runs in the writer's thread and must be short."""
        self._after_commit.append(call)

    def committed(self) -> None:
        """Run what waited for the commit."""
        for call in self._after_commit:
            call()
