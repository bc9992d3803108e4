"""Events that leave with the transaction, and the dispatcher that hands them on.

`tx.emit(VideoPublished(...))` writes one row for the event and one delivery row for each handler that
`subscriptions.py` lists for it. After the commit the dispatcher runs the handlers, each in the transaction
in which its delivery row is ticked off: so a handler's work is done exactly once, is retried with backoff
until it succeeds, and survives kill -9. Handlers share a transaction as long as none fails; when one does,
each gets its own, and only the one that fails waits. Pushes to sockets are not durable: every web
process makes them once for each event that commits while it runs.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec
import sqlalchemy as sa

from miaohui.kit.bell import Bell
from miaohui.kit.db import BigIdentity, Database, Prepared, Timestamp, Tx, change_mark, metadata

log = logging.getLogger(__name__)

_POLL_S = 0.15
"""How often to look for what another process (the worker) has committed; costs one PRAGMA when nothing has."""
_BATCH = 64
_AT_ONCE = 6
"""Events whose deliveries share a transaction on SQLite; a person's own write waits behind so many, some 20 ms."""
_PUSHED_AT_ONCE = 1000
_LONGEST_BACKOFF_S = 600
_LONGEST_MISSED_S = 10.0
"""On PostgreSQL a lower number may commit after a higher one; it is looked for so long, unless it was rolled back."""
_MOST_MISSED = 200


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
_TICK_OFF_ALL = Prepared(
    sa.update(outbox_delivery)
    .where(
        outbox_delivery.c.event_seq == sa.bindparam("seq"),
        outbox_delivery.c.done_at.is_(None),
        outbox_delivery.c.next_attempt_at <= sa.bindparam("now"),
    )
    .values(done_at=sa.bindparam("now"), attempts=outbox_delivery.c.attempts + 1, failure=None)
    .returning(outbox_delivery.c.handler)
)
_LAST = Prepared(sa.select(sa.func.max(outbox_event.c.seq)))
_AFTER = Prepared(
    sa.select(outbox_event.c.seq, outbox_event.c.name, outbox_event.c.payload)
    .where(outbox_event.c.seq > sa.bindparam("seq"))
    .order_by(outbox_event.c.seq)
    .limit(sa.bindparam("limit"))
)
_AMONG = Prepared(
    sa.select(outbox_event.c.seq, outbox_event.c.name, outbox_event.c.payload)
    .where(outbox_event.c.seq.in_(sa.bindparam("seqs", expanding=True)))
    .order_by(outbox_event.c.seq)
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
        self._on_news: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)

    def on_emit(self, wake: Callable[[], None]) -> None:
        """Call `wake`, from the writer's thread, whenever a transaction with events has committed."""
        self._on_emit.append(wake)

    def on_news(self, name: str, wake: Callable[[], None]) -> None:
        """Call `wake`, from the writer's thread, whenever a transaction with `tx.announce(name)` has committed."""
        self._on_news[name].append(wake)

    def announce(self, tx: Tx, name: str) -> None:
        """See to it that those who wait for such news are woken; part of the announcing transaction."""
        for wake in self._on_news.get(name, ()):
            tx.after_commit(wake)

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
    _run_handler(tx, due.handler, subscriptions.decode(due.name, due.payload), subscriptions)
    return True


def deliver_together(tx: Tx, *, subscriptions: Subscriptions, limit: int) -> int:
    """Run all handlers that are due of the oldest events, and of those that they emit; return how many events.

    limit: the most events. Nothing is done if one handler fails.
    """
    # If it is lost, so are the ticks, and it is done again.
    tx.rely_on_next_commit()
    handled = 0
    while handled < limit and (found := due_deliveries(tx, limit=limit - handled)):
        for seq, name, payload in sorted({(due.event_seq, due.name, due.payload) for due in found}):
            event = subscriptions.decode(name, payload)
            # All of the event at once, those beyond the limit too.
            for handler in sorted(tx.scalars(_TICK_OFF_ALL, seq=seq, now=tx.now)):
                _run_handler(tx, handler, event, subscriptions)
            handled += 1
    return handled


def _run_handler(tx: Tx, name: str, event: Event | None, subscriptions: Subscriptions) -> None:
    handler = subscriptions.handler(name)
    if handler is not None and event is not None:
        handler(tx, event)


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


def events_after(tx: Tx, *, seq: int, missing: Sequence[int] = (), limit: int = _PUSHED_AT_ONCE) -> list[Emitted]:
    """Return the events with a higher number, and those that were missing before, oldest first."""
    late = tx.all(_AMONG, Emitted, seqs=missing) if missing else []
    return [*late, *tx.all(_AFTER, Emitted, seq=seq, limit=limit)]


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
        self._seen_seq = 0
        self._missing: dict[int, float] = {}
        """Numbers that were not there when higher ones were, and until when they may still come."""
        self._task: asyncio.Task[None] | None = None
        # On PostgreSQL a transaction holds locks while others work, so it is kept short.
        self._one_writer = db.engine.dialect.name == "sqlite"
        self._at_once = _AT_ONCE if self._one_writer else 1

    async def start(self) -> None:
        """Begin with what was left undone before this process began."""
        self._seen_seq = await self._db.read(last_seq)
        bell = Bell()
        self._subscriptions.on_emit(bell.ring)
        self._task = asyncio.create_task(self._run(bell), name="outbox dispatcher")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> None:
        """Hand on all that is due now; for tests and for the end of the demo's seeding."""
        while True:
            more_is_due, more_is_new = await self._deliver_due(), await self._push_new()
            if not more_is_due and not more_is_new:
                return

    async def _run(self, bell: Bell) -> None:
        mark = None
        idle_rounds = 0
        woken = True
        while True:
            idle_rounds += 1
            # What another process has written shows only in the mark; retries fall due without anybody writing.
            new_mark = mark if woken else await self._db.read(change_mark)
            if woken or new_mark != mark or idle_rounds * _POLL_S >= 1:
                mark, idle_rounds = new_mark, 0
                try:
                    await self.drain()
                except sa.exc.SQLAlchemyError:
                    log.exception("the outbox could not be read; trying again")
            woken = await bell.wait(at_most_s=_POLL_S)

    async def _deliver_due(self) -> bool:
        """Hand on what is due; return whether there may be more."""
        if not await self._db.read(due_deliveries, limit=1):
            return False
        for _ in range(_BATCH // self._at_once):
            try:
                handled = await self._db.write(deliver_together, subscriptions=self._subscriptions, limit=self._at_once)
            except Exception:  # noqa: BLE001  told apart, and logged, one by one
                return await self._deliver_one_by_one()
            if handled < self._at_once:
                return False
        return True

    async def _deliver_one_by_one(self) -> bool:
        """Hand on each delivery by itself; return whether there were any."""
        found = await self._db.read(due_deliveries)
        for due in found:
            try:
                await self._db.write(deliver, due=due, subscriptions=self._subscriptions)
            except Exception as fault:
                log.exception("handler %s failed on %s", due.handler, due.name)
                await self._db.write(record_failure, due=due, reason=f"{type(fault).__name__}: {fault}")
        return bool(found)

    async def _push_new(self) -> bool:
        """Tell the sockets what is new; return whether there may be more."""
        now = time.monotonic()
        self._missing = {seq: until for seq, until in self._missing.items() if until > now}
        fresh = await self._db.read(events_after, seq=self._seen_seq, missing=tuple(self._missing))
        for emitted in fresh:
            if self._missing.pop(emitted.seq, None) is None:
                self._miss(range(self._seen_seq + 1, emitted.seq), now)
                self._seen_seq = emitted.seq
            await self._push(emitted)
        return len(fresh) >= _PUSHED_AT_ONCE

    def _miss(self, skipped: range, now: float) -> None:
        """Look out for numbers that were left out."""
        if not self._one_writer:
            self._missing |= dict.fromkeys(skipped[-_MOST_MISSED:], now + _LONGEST_MISSED_S)

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
