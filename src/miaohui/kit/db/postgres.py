"""PostgreSQL: a pool of connections, and retries where the server asks for them."""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Concatenate

import psycopg
import psycopg.errors
import sqlalchemy as sa

from miaohui.kit.clock import Clock
from miaohui.kit.db.database import Database, P, T, WriteStats
from miaohui.kit.db.tx import Recorder, Tx
from miaohui.kit.errors import BadText

_TRIES = 8
_UNKEPT = (psycopg.errors.UntranslatableCharacter, psycopg.errors.CharacterNotInRepertoire)
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
            pool_size=pool_size,
            max_overflow=2,
            pool_pre_ping=True,
            paramstyle="format",
            # An error's text goes to the log and to failed jobs; what people wrote does not belong there.
            hide_parameters=True,
        )
        sa.event.listen(self._engine, "connect", _keep_statements)
        self._read_engine = self._engine.execution_options(postgresql_readonly=True)
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
        with _texts_refused(), self._read_engine.connect() as connection, connection.begin():
            return query(Tx(connection, self.clock.now()), *args, **kw)

    def close(self) -> None:
        self._pool.shutdown()
        self._engine.dispose()

    async def _in_pool(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def _run(self, queued: float, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        with self._engine.connect() as connection:
            with connection.begin() as transaction:
                began = time.perf_counter()
                tx = Tx(connection, self.clock.now(), self.recorder)
                result = action(tx, *args, **kw)
                committing = time.perf_counter()
                transaction.commit()
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


def _keep_statements(raw: psycopg.Connection[object], _record: object) -> None:
    """Let the server keep more prepared statements than the driver's 100, which an order and its neighbours exceed."""
    raw.prepared_max = 1_000
