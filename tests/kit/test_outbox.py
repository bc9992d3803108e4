"""An event leaves with its transaction, and each handler's work happens once."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx, metadata, open_database
from miaohui.kit.errors import Conflict
from miaohui.kit.outbox import (
    Dispatcher,
    Event,
    Subscriptions,
    count_waiting,
    deliver,
    deliver_together,
    due_deliveries,
    lag_s,
    outbox_delivery,
    prune_outbox,
)

note = sa.Table("test_note", sa.MetaData(), sa.Column("word", sa.String(20)))


class LanternLit(Event):
    """A test's event."""

    lantern_id: int


class Fair:
    """A tiny product with one event, and handlers that can be made to fail."""

    def __init__(self, url: str, clock: ManualClock) -> None:
        self.broken = False
        self.looked: Callable[[Tx], None] = lambda tx: None
        self.clock = clock
        handlers: list[Callable[[Tx, LanternLit], None]] = [self.write_down, self.count]
        self.subscriptions = Subscriptions({LanternLit: handlers})
        self.db = open_database(url, clock=clock, recorder=self.subscriptions)
        metadata.create_all(self.db.engine)
        note.create(self.db.engine)

    def write_down(self, tx: Tx, event: LanternLit) -> None:
        tx.execute(sa.insert(note).values(word=f"lit {event.lantern_id}"))
        if self.broken:
            raise ConnectionError("the ink is frozen")

    def count(self, tx: Tx, event: LanternLit) -> None:
        tx.execute(sa.insert(note).values(word="counted"))
        self.looked(tx)

    def notes(self) -> list[str]:
        return sorted(self.db.read_sync(lambda tx: tx.scalars(sa.select(note.c.word))))

    def run(self) -> None:
        asyncio.run(Dispatcher(self.db, self.subscriptions).drain())


@pytest.fixture
def fair(database_url: str, clock: ManualClock) -> Fair:
    return Fair(database_url, clock)


def light(tx: Tx, *, lantern_id: int, fail: bool = False) -> None:
    tx.emit(LanternLit(lantern_id=lantern_id))
    if fail:
        raise Conflict


def test_each_handler_runs_once_however_often_the_dispatcher_looks(fair: Fair) -> None:
    fair.db.write_sync(light, lantern_id=7)
    fair.run()
    fair.run()
    assert fair.notes() == ["counted", "lit 7"]


def test_a_transaction_that_fails_has_no_event(fair: Fair) -> None:
    with pytest.raises(Conflict):
        fair.db.write_sync(light, lantern_id=7, fail=True)
    fair.run()
    assert fair.notes() == []


def test_a_failing_handler_leaves_nothing_tells_why_and_is_tried_again_later(fair: Fair) -> None:
    fair.broken = True
    fair.db.write_sync(light, lantern_id=7)
    fair.run()
    assert fair.notes() == ["counted"]
    failure = fair.db.read_sync(
        lambda tx: tx.scalar(
            sa.select(outbox_delivery.c.failure).where(
                outbox_delivery.c.attempts == 1, outbox_delivery.c.done_at.is_(None)
            )
        )
    )
    assert failure == "ConnectionError: the ink is frozen"

    fair.broken = False
    fair.run()
    assert fair.notes() == ["counted"], "it waits before it tries again"
    fair.clock.advance(timedelta(seconds=3))
    assert fair.db.read_sync(lag_s) == 3
    fair.run()
    assert fair.notes() == ["counted", "lit 7"]
    assert fair.db.read_sync(count_waiting) == 0
    assert fair.db.read_sync(lag_s) == 0


def test_two_dispatchers_that_hold_the_same_delivery_do_its_work_once(fair: Fair) -> None:
    fair.db.write_sync(light, lantern_id=7)
    both_saw = fair.db.read_sync(due_deliveries)
    first = [fair.db.write_sync(deliver, due=due, subscriptions=fair.subscriptions) for due in both_saw]
    second = [fair.db.write_sync(deliver, due=due, subscriptions=fair.subscriptions) for due in both_saw]
    assert (first, second) == ([True, True], [False, False])
    assert fair.notes() == ["counted", "lit 7"]


def test_handlers_share_a_transaction_as_long_as_none_fails(fair: Fair) -> None:
    fair.db.write_sync(light, lantern_id=7)
    before = fair.db.stats.commits
    assert fair.db.write_sync(deliver_together, subscriptions=fair.subscriptions, limit=1) == 1
    assert (fair.db.stats.commits - before, fair.notes()) == (1, ["counted", "lit 7"])
    assert fair.db.write_sync(deliver_together, subscriptions=fair.subscriptions, limit=1) == 0, "all is done"

    fair.db.write_sync(light, lantern_id=8)
    fair.broken = True
    with pytest.raises(ConnectionError):
        fair.db.write_sync(deliver_together, subscriptions=fair.subscriptions, limit=9)
    assert fair.notes() == ["counted", "lit 7"], "nobody's work is kept"
    fair.run()
    assert fair.notes() == ["counted", "counted", "lit 7"], "only the one that fails waits"


def test_only_what_is_done_again_by_itself_does_not_wait_for_the_disk(fair: Fair) -> None:
    if fair.db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite waits for the disk at each commit")
    waits: list[str] = []

    def look(tx: Tx) -> None:
        waits.append(tx.scalar(sa.text("SHOW synchronous_commit")))

    fair.looked = look
    fair.db.write_sync(light, lantern_id=7)
    fair.run()
    fair.db.write_sync(look)
    assert waits == ["off", "on"]


def test_sockets_hear_of_an_event_whose_number_is_lower_but_which_commits_later(fair: Fair) -> None:
    if fair.db.engine.dialect.name == "sqlite":
        pytest.skip("one writer commits in the order of the numbers")
    heard: list[int] = []
    numbered, may_commit = threading.Event(), threading.Event()

    def light_slowly(tx: Tx) -> None:
        light(tx, lantern_id=1)
        numbered.set()
        may_commit.wait(10)

    async def listen() -> None:
        dispatcher = Dispatcher(
            fair.db, fair.subscriptions, {LanternLit: [lambda event: heard.append(event.lantern_id)]}
        )
        slow = asyncio.create_task(fair.db.write(light_slowly))
        await asyncio.to_thread(numbered.wait, 10)
        await fair.db.write(light, lantern_id=2)
        await dispatcher.drain()
        assert heard == [2]
        may_commit.set()
        await slow
        await dispatcher.drain()
        await dispatcher.drain()

    asyncio.run(listen())
    assert heard == [2, 1]


def test_news_wake_those_who_wait_for_them_once_they_are_durable(fair: Fair) -> None:
    woken: list[list[str]] = []
    fair.subscriptions.on_news("ink", lambda: woken.append(["after", *fair.notes()]))

    def write(tx: Tx, *, fail: bool) -> None:
        tx.announce("ink")
        fair.write_down(tx, LanternLit(lantern_id=1))
        if fail:
            raise Conflict

    with pytest.raises(Conflict):
        fair.db.write_sync(write, fail=True)
    fair.db.write_sync(write, fail=False)
    fair.db.write_sync(lambda tx: tx.announce("paper"))
    assert woken == [["after", "lit 1"]]


def test_sockets_hear_of_an_event_of_another_process_too(fair: Fair, database_url: str) -> None:
    heard: list[int] = []

    async def listen() -> None:
        arrived = asyncio.Event()

        def push(event: LanternLit) -> None:
            heard.append(event.lantern_id)
            arrived.set()

        dispatcher = Dispatcher(fair.db, fair.subscriptions, {LanternLit: [push]})
        await dispatcher.start()
        other_process = open_database(database_url, clock=fair.clock, recorder=fair.subscriptions)
        await asyncio.to_thread(other_process.write_sync, light, lantern_id=8)
        await asyncio.wait_for(arrived.wait(), 10)
        await dispatcher.stop()
        other_process.close()

    asyncio.run(listen())
    assert heard == [8]


def test_old_events_go_once_all_have_heard_them(fair: Fair) -> None:
    fair.db.write_sync(light, lantern_id=1)
    fair.run()
    fair.broken = True
    fair.db.write_sync(light, lantern_id=2)
    fair.run()
    fair.clock.advance(timedelta(days=8))
    assert fair.db.write_sync(prune_outbox, before=fair.clock.now() - timedelta(days=7)) == 1
    assert fair.db.read_sync(count_waiting) == 1
    assert isinstance(fair.db, Database)
