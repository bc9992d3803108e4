"""The contract of both databases."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from miaohui.kit.clock import Clock
from miaohui.kit.db.tx import Recorder, Tx

T = TypeVar("T")
P = ParamSpec("P")
Action = Callable[Concatenate[Tx, P], T]


@dataclass
class WriteStats:
    """Running totals since the process began; /metrics reads them."""

    actions: int = 0
    """Actions that committed."""
    commits: int = 0
    """Durable commits; fewer than actions where they share one."""
    retries: int = 0
    """Transactions that were run again after a deadlock or a serialization failure."""
    wait_s: float = 0.0
    """Seconds that actions waited before they began."""
    commit_s: float = 0.0
    """Seconds spent in COMMIT, that is, mostly in fsync."""


class Database(ABC):
    """Runs actions and queries. Domain code must be right on both implementations.

    An action is `action(tx, **kw)`: it either returns and is durable when the caller hears of it, or
    raises and leaves nothing behind. Actions must not call out to the network: on SQLite they share
    one writer.
    """

    clock: Clock
    recorder: Recorder | None
    stats: WriteStats

    @abstractmethod
    async def write(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run `action` in a transaction of its own and return its result once it is durable."""

    @abstractmethod
    def write_sync(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """As `write`, from a thread that may block (the worker, the command line, tests)."""

    @abstractmethod
    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a short `query` on a read-only connection and return its result."""

    @abstractmethod
    async def read_in_thread(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """As `read`, for a query that may take longer than a request should hold up its neighbours."""

    @abstractmethod
    def read_sync(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """As `read`, from a thread that may block."""

    @property
    @abstractmethod
    def engine(self) -> sa.Engine:
        """The engine for migrations."""

    @abstractmethod
    def close(self) -> None:
        """Finish what is queued and let go of all connections."""
