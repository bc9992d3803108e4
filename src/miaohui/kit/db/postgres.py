"""PostgreSQL: a pool of connections, and retries where the server asks for them."""

import asyncio
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate

import psycopg
import psycopg.errors
import sqlalchemy as sa
from psycopg.types.numeric import Int8Dumper

from miaohui.kit.clock import Clock
from miaohui.kit.db.database import Database, P, T, WriteStats
from miaohui.kit.db.driver import tell
from miaohui.kit.db.tx import Recorder, Tx
from miaohui.kit.errors import BadText

_TRIES = 8
_UNKEPT = (psycopg.errors.UntranslatableCharacter, psycopg.errors.CharacterNotInRepertoire)
_PINGED_AFTER_S = 1.0
"""A connection that was not used for so long is asked whether it still holds: the server may have been restarted."""
_RETRYABLE = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


class PostgresDatabase(Database):
    """PostgreSQL at READ COMMITTED; a deadlock or serialization failure is run again from its start."""

    def __init__(self, url: str, *, clock: Clock, recorder: Recorder | None = None, pool_size: int = 8) -> None:
        self.clock = clock
        self.recorder = recorder
        self.stats = WriteStats()
        self._stats_lock = threading.Lock()
        self._engine = sa.create_engine(
            sa.make_url(url).set(drivername="postgresql+psycopg"),
            poolclass=sa.NullPool,
            paramstyle="format",
            # An error's text goes to the log and to failed jobs; what people wrote does not belong there.
            hide_parameters=True,
        )
        self._writers = _Connections(self._engine, pool_size)
        self._readers = _Connections(self._engine, pool_size, read_only=True)
        self._pool = ThreadPoolExecutor(pool_size, thread_name_prefix="miaohui-db")

    @property
    def engine(self) -> sa.Engine:
        return self._engine

    async def write(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._in_pool(partial(self.write_sync, action, *args, **kw))

    def write_sync(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        queued = time.perf_counter()
        for attempt in range(1, _TRIES + 1):
            try:
                with _texts_refused():
                    return self._run(queued, action, *args, **kw)
            except sa.exc.OperationalError as fault:
                if attempt == _TRIES or not isinstance(fault.orig, _RETRYABLE):
                    raise
                with self._stats_lock:
                    self.stats.retries += 1
                # Two that collided must not meet again at the same moment.
                threading.Event().wait(random.uniform(0, 0.002 * 2**attempt))
        raise AssertionError("unreachable: the last try returns or raises")

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._in_pool(partial(self.read_sync, query, *args, **kw))

    async def read_in_thread(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        return await self._in_pool(partial(self.read_sync, query, *args, **kw))

    def read_sync(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with _texts_refused(), self._readers.borrow() as one:
            # At READ COMMITTED each statement sees what was committed before it, in a transaction or not:
            # so a query has none, and saves two of its round trips.
            return query(Tx(one.connection, self.clock.now(), driver=one.cursor), *args, **kw)

    def close(self) -> None:
        self._pool.shutdown()
        self._readers.close()
        self._writers.close()
        self._engine.dispose()

    async def _in_pool(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def _run(self, queued: float, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self._writers.borrow() as one:
            tell(one.driver, "BEGIN", one.connection.dialect)
            began = time.perf_counter()
            tx = Tx(one.connection, self.clock.now(), self.recorder, driver=one.cursor)
            result = action(tx, *args, **kw)
            committing = time.perf_counter()
            tell(one.driver, "COMMIT", one.connection.dialect)
            with self._stats_lock:
                self.stats.actions += 1
                self.stats.commits += 1
                self.stats.wait_s += began - queued
                self.stats.commit_s += time.perf_counter() - committing
        tx.committed()
        return result


@contextmanager
def _texts_refused() -> Iterator[None]:
    """Refuse the texts that PostgreSQL cannot hold: those with NUL, as they are or escaped in JSON."""
    try:
        yield
    except sa.exc.DataError as fault:
        without_state = isinstance(fault.orig, psycopg.DataError) and fault.orig.sqlstate is None
        if isinstance(fault.orig, _UNKEPT) or (without_state and "NUL" in str(fault.orig)):
            raise BadText from None
        raise


class _Open:
    """A connection to the server. Nothing begins or ends by itself: `driver` says BEGIN and COMMIT."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        driver: Any = connection.connection.driver_connection
        # Whole numbers are of one type, whatever their size; otherwise each mixture of sizes is prepared anew.
        driver.adapters.register_dumper(int, Int8Dumper)
        # More than the driver's own 100, which an order and its neighbours exceed.
        driver.prepared_max = 1_000
        self.driver = driver
        self.cursor = driver.cursor()
        """For one statement after the other, each of which is read before the next."""
        self.used_at = time.monotonic()

    def answers(self) -> bool:
        """Return whether it can be used."""
        if time.monotonic() - self.used_at < _PINGED_AFTER_S:
            return True
        try:
            self.driver.execute("SELECT")
        except psycopg.OperationalError:
            return False
        return True

    def is_clean(self) -> bool:
        """Undo what was not committed, and return whether it can be used again."""
        if self.driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            try:
                self.driver.execute("ROLLBACK")
            except psycopg.Error:
                return False
        self.used_at = time.monotonic()
        return not self.driver.closed


class _Connections:
    """At most `size` connections that stay open. The one used last goes first: it knows the statements best."""

    def __init__(self, engine: sa.Engine, size: int, *, read_only: bool = False) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._read_only = read_only
        self._free: queue.LifoQueue[_Open | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def borrow(self) -> Iterator[_Open]:
        """Hand out a connection to one thread, when there is one."""
        one = self._free.get()
        try:
            if one is not None and not one.answers():
                one.connection.invalidate()
                one = None
            if one is None:
                one = self._open()
            yield one
        finally:
            if one is not None and not one.is_clean():
                one.connection.invalidate()
                one = None
            self._free.put(one)

    def close(self) -> None:
        """Close all of them; nobody must have one."""
        while not self._free.empty():
            one = self._free.get()
            if one is not None:
                one.connection.close()

    def _open(self) -> _Open:
        one = _Open(self._engine.connect())
        if self._read_only:
            one.driver.execute("SET default_transaction_read_only = on")
        return one
