"""Events that leave with the transaction, and the dispatcher that hands them on.

`tx.emit(VideoPublished(...))` writes one row for the event and one delivery row for each handler that
`subscriptions.py` lists for it. After the commit the dispatcher runs every handler in a transaction of
its own, in which the delivery row is ticked off: so a handler's work is done exactly once, is retried
with backoff until it succeeds, and survives kill -9. Pushes to sockets are not durable: every web
process makes them once for each event that commits while it runs.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import BigIdentity, Database, Prepared, Timestamp, Tx, change_mark, metadata

log = logging.getLogger(__name__)

_POLL_S = 0.15
"""How often to look for what another process (the worker) has committed; costs one PRAGMA when nothing has."""
_BATCH = 64
_AT_ONCE = 16
"""Deliveries that share a commit on SQLite; a person's own write waits behind so many at most, some 20 ms."""
_LONGEST_BACKOFF_S = 600
_LOOKBACK = 500
"""On PostgreSQL a lower number may commit after a higher one; so many are looked at again."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened; past tense, with ids and amounts only."""

    name: ClassVar[str]

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        # `miaohui.media.videos.events.VideoPublished` is known as `videos.VideoPublished`.
        cls.name = ".".join([*cls.__module__.split(".")[-2:-1], cls.__name__])


Handler = Callable[[Tx, Any], None]
Push = Callable[[Any], Awaitable[None] | None]

outbox_event = sa.Table(
    "outbox_event",
    metadata,
    sa.Column("seq", BigIdentity, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("emitted_at", Timestamp, nullable=False),
    sqlite_autoincrement=True,
)
outbox_delivery = sa.Table(
    "outbox_delivery",
    metadata,
    sa.Column("event_seq", sa.BigInteger, sa.ForeignKey("outbox_event.seq", ondelete="CASCADE"), primary_key=True),
    sa.Column("handler", sa.String(120), primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_attempt_at", Timestamp, nullable=False),
    sa.Column("done_at", Timestamp),
    sa.Column("failure", sa.Text),
)
sa.Index(
    "ix_outbox_delivery_due",
    outbox_delivery.c.next_attempt_at,
    sqlite_where=outbox_delivery.c.done_at.is_(None),
    postgresql_where=outbox_delivery.c.done_at.is_(None),
)

_RECORD = Prepared(sa.insert(outbox_event).returning(outbox_event.c.seq))
_DUE = Prepared(
    sa.select(outbox_delivery.c.event_seq, outbox_delivery.c.handler, outbox_event.c.name, outbox_event.c.payload)
    .join_from(outbox_delivery, outbox_event)
    .where(outbox_delivery.c.done_at.is_(None), outbox_delivery.c.next_attempt_at <= sa.bindparam("now"))
    .order_by(outbox_delivery.c.event_seq, outbox_delivery.c.handler)
    .limit(sa.bindparam("limit"))
)
_TICK_OFF = Prepared(
    sa.update(outbox_delivery)
    .where(
        outbox_delivery.c.event_seq == sa.bindparam("seq"),
        outbox_delivery.c.handler == sa.bindparam("whose"),
        outbox_delivery.c.done_at.is_(None),
    )
    .values(done_at=sa.bindparam("now"), attempts=outbox_delivery.c.attempts + 1, failure=None)
)
_LAST = Prepared(sa.select(sa.func.max(outbox_event.c.seq)))
_AFTER = Prepared(
    sa.select(outbox_event.c.seq, outbox_event.c.name, outbox_event.c.payload)
    .where(outbox_event.c.seq > sa.bindparam("seq"))
    .order_by(outbox_event.c.seq)
    .limit(sa.bindparam("limit"))
)


class Subscriptions:
    """Who reacts to what: the reaction graph of the whole product, built in `subscriptions.py`."""

    def __init__(
        self,
        handlers: Mapping[type[Event], Sequence[Handler]],
    ) -> None:
        self._names = {event: tuple(handler_name(h) for h in listed) for event, listed in handlers.items()}
        self._handlers = {handler_name(h): h for listed in handlers.values() for h in listed}
        self._events: dict[str, type[Event]] = {event.name: event for event in handlers}
        self._on_emit: list[Callable[[], None]] = []

    def on_emit(self, wake: Callable[[], None]) -> None:
        """Call `wake`, from the writer's thread, whenever a transaction with events has committed."""
        self._on_emit.append(wake)

    def record(self, tx: Tx, event: Event) -> None:
        """Write the event and one delivery per handler; part of the emitting transaction."""
        seq = tx.scalar(_RECORD, name=event.name, payload=msgspec.json.encode(event).decode(), emitted_at=tx.now)
        tx.insert(
            outbox_delivery,
            [
                {"event_seq": seq, "handler": name, "next_attempt_at": tx.now}
                for name in self._names.get(type(event), ())
            ],
        )
        for wake in self._on_emit:
            tx.after_commit(wake)

    def handler(self, name: str) -> Handler | None:
        return self._handlers.get(name)

    def decode(self, name: str, payload: str) -> Event | None:
        """Return the event, or None if this release does not know it any more."""
        event = self._events.get(name)
        return None if event is None else msgspec.json.decode(payload, type=event)


def handler_name(handler: Handler) -> str:
    """Return the name under which a handler's deliveries are kept, such as `feed.handlers.index_video`."""
    return f"{'.'.join(handler.__module__.split('.')[-2:])}.{handler.__name__}"


class Due(msgspec.Struct, frozen=True):
    """A delivery whose time has come."""

    event_seq: int
    handler: str
    name: str
    payload: str


class Emitted(msgspec.Struct, frozen=True):
    """An event as it stands in the outbox."""

    seq: int
    name: str
    payload: str


def due_deliveries(tx: Tx, *, limit: int = _BATCH) -> list[Due]:
    """Return deliveries to attempt now, oldest event first."""
    return tx.all(_DUE, Due, now=tx.now, limit=limit)


def deliver(tx: Tx, *, due: Due, subscriptions: Subscriptions) -> bool:
    """Run one handler and tick its delivery off in the same transaction.

    Returns False if another process was faster; then nothing has been done.
    """
    if tx.changed(_TICK_OFF, seq=due.event_seq, whose=due.handler, now=tx.now) == 0:
        return False
    handler = subscriptions.handler(due.handler)
    event = subscriptions.decode(due.name, due.payload)
    if handler is not None and event is not None:
        handler(tx, event)
    return True


def record_failure(tx: Tx, *, due: Due, reason: str) -> None:
    """Note why a handler failed and when it will be tried again (2 s, 4 s, … at most 10 min)."""
    attempts: int = (
        tx.scalar(
            sa.select(outbox_delivery.c.attempts).where(
                outbox_delivery.c.event_seq == due.event_seq, outbox_delivery.c.handler == due.handler
            )
        )
        + 1
    )
    wait = timedelta(seconds=min(2**attempts, _LONGEST_BACKOFF_S))
    tx.execute(
        sa.update(outbox_delivery)
        .where(
            outbox_delivery.c.event_seq == due.event_seq,
            outbox_delivery.c.handler == due.handler,
            outbox_delivery.c.done_at.is_(None),
        )
        .values(attempts=attempts, failure=reason[:2000], next_attempt_at=tx.now + wait)
    )


def last_seq(tx: Tx) -> int:
    """Return the number of the newest event, 0 if there is none."""
    return tx.scalar(_LAST) or 0


def events_after(tx: Tx, *, seq: int, limit: int = 1000) -> list[Emitted]:
    """Return the events with a higher number, oldest first."""
    return tx.all(_AFTER, Emitted, seq=seq, limit=limit)


def count_waiting(tx: Tx) -> int:
    """Return how many deliveries are not done; /metrics shows it."""
    return (
        tx.scalar(sa.select(sa.func.count()).select_from(outbox_delivery).where(outbox_delivery.c.done_at.is_(None)))
        or 0
    )


def lag_s(tx: Tx) -> float:
    """Return for how long the oldest delivery that is not done has been waiting; /metrics shows it."""
    since: datetime | None = tx.scalar(
        sa.select(sa.func.min(outbox_event.c.emitted_at))
        .join_from(outbox_event, outbox_delivery)
        .where(outbox_delivery.c.done_at.is_(None))
    )
    return 0.0 if since is None else (tx.now - since).total_seconds()


def prune_outbox(tx: Tx, *, before: datetime) -> int:
    """Delete events emitted before `before` whose deliveries are all done; return how many."""
    waiting = sa.select(outbox_delivery.c.event_seq).where(outbox_delivery.c.done_at.is_(None))
    old = sa.and_(outbox_event.c.emitted_at < before, outbox_event.c.seq.not_in(waiting))
    tx.execute(
        sa.delete(outbox_delivery).where(outbox_delivery.c.event_seq.in_(sa.select(outbox_event.c.seq).where(old)))
    )
    return tx.changed(sa.delete(outbox_event).where(old))


class Dispatcher:
    """Hands events on: durable handlers first, then pushes to the sockets of this process."""

    def __init__(
        self, db: Database, subscriptions: Subscriptions, pushes: Mapping[type[Event], Sequence[Push]] | None = None
    ) -> None:
        self._db = db
        self._subscriptions = subscriptions
        self._pushes = {event.name: (event, tuple(listed)) for event, listed in (pushes or {}).items()}
        self._wake = asyncio.Event()
        self._pushed: OrderedDict[int, None] = OrderedDict()
        self._seen_seq = 0
        self._task: asyncio.Task[None] | None = None
        # SQLite's one writer takes them in their order and commits them together; several connections would not.
        one_writer = db.engine.dialect.name == "sqlite"
        self._at_once = _AT_ONCE if one_writer else 1
        self._lookback = 0 if one_writer else _LOOKBACK

    async def start(self) -> None:
        """Begin with what was left undone before this process began."""
        self._seen_seq = await self._db.read(last_seq)
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._wake.set)

        self._subscriptions.on_emit(wake)
        self._task = asyncio.create_task(self._run(), name="outbox dispatcher")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> None:
        """Hand on all that is due now; for tests and for the end of the demo's seeding."""
        while await self._deliver_due() or await self._push_new():
            pass

    async def _run(self) -> None:
        mark = None
        idle_rounds = 0
        while True:
            self._wake.clear()
            new_mark = await self._db.read(change_mark)
            idle_rounds += 1
            # Retries fall due without anybody writing, so look once a second in any case.
            if new_mark != mark or idle_rounds * _POLL_S >= 1:
                mark, idle_rounds = new_mark, 0
                try:
                    await self.drain()
                except sa.exc.SQLAlchemyError:
                    log.exception("the outbox could not be read; trying again")
            try:
                await asyncio.wait_for(self._wake.wait(), _POLL_S)
                mark = None
            except TimeoutError:
                pass

    async def _deliver_due(self) -> bool:
        found = await self._db.read(due_deliveries)
        for start in range(0, len(found), self._at_once):
            await asyncio.gather(*(self._hand_on(due) for due in found[start : start + self._at_once]))
        return bool(found)

    async def _hand_on(self, due: Due) -> None:
        try:
            await self._db.write(deliver, due=due, subscriptions=self._subscriptions)
        except Exception as fault:
            log.exception("handler %s failed on %s", due.handler, due.name)
            await self._db.write(record_failure, due=due, reason=f"{type(fault).__name__}: {fault}")

    async def _push_new(self) -> bool:
        lookback = max(self._seen_seq - self._lookback, 0) if self._pushed else self._seen_seq
        fresh = [e for e in await self._db.read(events_after, seq=lookback) if e.seq not in self._pushed]
        for emitted in fresh:
            self._pushed[emitted.seq] = None
            self._seen_seq = max(self._seen_seq, emitted.seq)
            await self._push(emitted)
        while len(self._pushed) > 2 * _LOOKBACK:
            self._pushed.popitem(last=False)
        return bool(fresh)

    async def _push(self, emitted: Emitted) -> None:
        event_type, pushes = self._pushes.get(emitted.name, (None, ()))
        if event_type is None:
            return
        event = msgspec.json.decode(emitted.payload, type=event_type)
        for push in pushes:
            try:
                result = push(event)
                if result is not None:
                    await result
            except Exception:
                # A socket's push is a courtesy: the person can always load the page again.
                log.exception("push %s failed", getattr(push, "__name__", push))
