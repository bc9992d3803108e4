"""The feed of a process: it follows the log, survives kill and restart, and writes down what it serves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.discovery.feed.actions.choose_learning import choose_learning
from miaohui.discovery.feed.actions.erase_person import erase_person
from miaohui.discovery.feed.actions.list_item import list_item
from miaohui.discovery.feed.actions.record_reaction import record_reaction
from miaohui.discovery.feed.actions.record_signals import Watched, record_signals
from miaohui.discovery.feed.actions.reset_interests import reset_interests
from miaohui.discovery.feed.impression_log import Impression, insert_impressions, newest_impression
from miaohui.discovery.feed.jobs import KEPT_FOR, prune_old_rows
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.queries import interest_setting_of, is_personalised
from miaohui.discovery.feed.signal_log import ItemFacts, signals_after
from miaohui.discovery.feed.snapshots import snapshot_keys
from miaohui.discovery.feed.tables import impression, interest_setting, signal
from miaohui.discovery.feed.tokens import caption_tokens
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock, to_ms
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import Worker
from miaohui.kit.signing import Signer
from miaohui.media.videos.captions import find_topics
from miaohui.people.accounts.export import contributions
from miaohui.settings import Settings

T = TypeVar("T")
MEI, TAO, AUTHOR = 11, 12, 7


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def worker(db: Database, blobs: FolderBlobs, tmp_path: Path) -> Worker:
    return Worker(db=db, blobs=blobs, settings=Settings(data_dir=tmp_path))


class Story:
    """A database with a feed on it."""

    def __init__(self, db: Database, blobs: FolderBlobs, clock: ManualClock) -> None:
        self.db, self.blobs, self.clock = db, blobs, clock

    def publish(self, item_id: int, caption: str = "茶 #tea", author: int = AUTHOR) -> None:
        facts = ItemFacts(
            kind="video",
            tokens=tuple(caption_tokens(caption, find_topics(caption))),
            duration_ms=10_000,
            published_at_ms=to_ms(self.clock.now()),
        )
        self.db.write_sync(list_item, item_id=item_id, author_id=author, facts=facts)

    def watch(self, person: int, item_id: int, dwell_ms: int = 12_000, client_id: str | None = None) -> int:
        watched = Watched(item_id=item_id, kind="dwell", dwell_ms=dwell_ms, duration_ms=10_000, client_id=client_id)
        return len(self.db.write_sync(record_signals, person_id=person, watched=[watched]))

    def live(self, act: Callable[[LiveFeed], Awaitable[T]]) -> T:
        """A process that starts, does `act` and ends in good order."""

        async def life() -> T:
            live = self.process()
            await live.start()
            try:
                return await act(live)
            finally:
                await live.stop()

        return asyncio.run(life())

    def process(self) -> LiveFeed:
        return LiveFeed(db=self.db, blobs=self.blobs, clock=self.clock, signer=Signer(b"the key of a test"))

    def state(self) -> bytes:
        """What a process knows that begins now."""

        async def packed(live: LiveFeed) -> bytes:
            return live.folded.packed()

        return self.live(packed)

    def count(self, table: sa.Table) -> int:
        return int(self.db.read_sync(Tx.scalar, sa.select(sa.func.count()).select_from(table)))


@pytest.fixture
def story(db: Database, blobs: FolderBlobs, clock: ManualClock) -> Story:
    return Story(db, blobs, clock)


def test_a_process_that_restarts_knows_what_the_killed_one_knew(story: Story, worker: Worker, db: Database):
    """The killed process is never stopped; a snapshot was saved half-way by the worker."""

    async def lives_and_is_killed() -> bytes:
        live = story.process()
        await live.start()
        for number in range(30):
            story.publish(1000 + number, "茶 #tea" if number % 2 else "猫 #cats")
            story.watch(MEI if number % 3 else TAO, 1000 + number, dwell_ms=500 * number)
            await live.catch_up()
            if number == 15:
                db.write_sync(stage_snapshot)
                await asyncio.to_thread(worker.run_due)
        return live.folded.packed()

    lived = asyncio.run(lives_and_is_killed())

    assert len(snapshot_keys(story.blobs)) == 1
    assert story.state() == lived
    for key in snapshot_keys(story.blobs):
        story.blobs.delete(key)
    assert story.state() == lived, "the log alone tells the same"


def test_two_processes_come_to_the_same_state(story: Story):
    async def both() -> tuple[bytes, bytes]:
        one, other = story.process(), story.process()
        await one.start()
        await other.start()
        story.publish(1001)
        story.publish(1002)
        await one.catch_up()
        for item_id in (1001, 1002, 1001):
            rows = await story.db.write(
                record_signals, person_id=MEI, watched=[Watched(item_id=item_id, kind="finish")]
            )
            await one.fold_appended(rows)
        await other.catch_up()
        return one.folded.packed(), other.folded.packed()

    one, other = asyncio.run(both())
    assert one == other


def test_rows_of_another_process_are_folded_before_the_own_ones(story: Story):
    async def act() -> tuple[int, list[int]]:
        live = story.process()  # Not started, so that nothing else brings it up to date.
        story.publish(1001)  # Committed elsewhere: this process has not heard of it.
        rows = await story.db.write(record_signals, person_id=MEI, watched=[Watched(item_id=1001, kind="finish")])
        await live.fold_appended(rows)
        return live.folded.seq, sorted(live.folded.engine.seen(MEI))

    seq, seen = asyncio.run(act())
    assert seen == [1001]
    assert seq == len(story.db.read_sync(signals_after, seq=0, limit=10))


def test_readers_and_writers_at_once_fold_each_row_once_and_in_order(story: Story):
    for item_id in range(1001, 1021):
        story.publish(item_id)

    async def act(live: LiveFeed) -> bytes:
        async def report(item_id: int) -> None:
            rows = await story.db.write(
                record_signals, person_id=MEI, watched=[Watched(item_id=item_id, kind="dwell", dwell_ms=item_id)]
            )
            await live.fold_appended(rows)

        await asyncio.gather(*(report(item_id) for item_id in range(1001, 1021)), *(live.catch_up() for _ in range(20)))
        return live.folded.packed()

    assert story.live(act) == story.state()


def test_a_report_sent_twice_counts_once(story: Story):
    story.publish(1001)

    assert story.watch(MEI, 1001, client_id="a") == 1
    assert story.watch(MEI, 1001, client_id="a") == 0
    assert story.watch(TAO, 1001, client_id="a") == 1, "another person's name for another act"
    assert story.watch(MEI, 1001) == story.watch(MEI, 1001) == 1, "without a name each is an act of its own"


def test_a_report_that_names_an_act_twice_counts_once(story: Story):
    story.publish(1001)
    twice = [Watched(item_id=1001, kind="finish", client_id="a")] * 2

    assert len(story.db.write_sync(record_signals, person_id=MEI, watched=twice)) == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (timedelta(hours=-3), timedelta(hours=-3)),
        (timedelta(days=400), timedelta(0)),
        (timedelta(days=-4000), timedelta(days=-7)),
    ],
)
def test_a_players_clock_is_trusted_within_the_last_week(story: Story, said: timedelta, kept: timedelta):
    now = story.clock.now()
    watched = Watched(item_id=1001, kind="finish", at=now + said)

    (row,) = story.db.write_sync(record_signals, person_id=MEI, watched=[watched])

    assert row.at == now + kept


def test_of_who_is_not_to_be_learned_from_only_the_meeting_is_kept(story: Story):
    story.publish(1001)
    story.db.write_sync(choose_learning, person_id=MEI, personalised=False)

    story.watch(MEI, 1001)

    row = story.db.read_sync(signals_after, seq=0, limit=10)[-1]
    assert (row.item_id, row.dwell_ms, row.duration_ms) == (1001, None, None)

    async def seen_and_believed(live: LiveFeed) -> tuple[set[int], int]:
        engine = live.folded.engine
        return set(engine.seen(MEI)), len(engine.interests(person_id=MEI, now_ms=0))

    assert story.live(seen_and_believed) == ({1001}, 0)


def test_a_choice_stays_and_a_reset_is_dated(story: Story, db: Database):
    assert db.read_sync(is_personalised, person_id=MEI)

    db.write_sync(choose_learning, person_id=MEI, personalised=False)
    db.write_sync(reset_interests, person_id=MEI)

    chosen = db.read_sync(interest_setting_of, person_id=MEI)
    assert not chosen.personalised
    assert chosen.reset_at == story.clock.now()


def test_a_person_who_leaves_leaves_nothing(story: Story, db: Database, worker: Worker):
    story.publish(1001)
    story.publish(1002, author=MEI)
    story.watch(MEI, 1001)
    db.write_sync(stage_snapshot)
    worker.run_due()
    story.clock.advance(timedelta(hours=1))
    story.watch(MEI, 1001, client_id="b")
    db.write_sync(stage_snapshot)
    worker.run_due()
    db.write_sync(choose_learning, person_id=MEI, personalised=True)
    db.write_sync(insert_impressions, rows=[served(MEI, 1001)])
    assert len(snapshot_keys(story.blobs)) == 2

    db.write_sync(erase_person, person_id=MEI)
    worker.run_due()

    left = db.read_sync(Tx.scalars, sa.select(signal.c.kind).where(signal.c.person_id == MEI))
    assert left == ["published", "erase"], "what the clips' own domain takes back, and the word to forget"
    assert story.count(impression) == story.count(interest_setting) == 0
    assert len(snapshot_keys(story.blobs)) == 1

    async def known(live: LiveFeed) -> bool:
        return MEI in live.folded.engine.people

    assert not story.live(known)


def test_a_like_is_folded_as_a_like(story: Story, db: Database):
    story.publish(1001)
    story.publish(1002)
    db.write_sync(record_reaction, person_id=MEI, item_id=1001, kind="like", at=story.clock.now())

    async def points(live: LiveFeed) -> list[float]:
        return [each.weight for each in live.folded.engine.interests(person_id=MEI, now_ms=to_ms(story.clock.now()))]

    assert max(story.live(points)) > 0


def test_a_snapshot_from_another_history_is_passed_over(story: Story, db: Database, worker: Worker):
    story.publish(1001)
    story.watch(MEI, 1001)
    lived = story.state()
    story.publish(1002)
    db.write_sync(stage_snapshot)
    worker.run_due()
    db.write_sync(lambda tx: tx.execute(sa.delete(signal).where(signal.c.item_id == 1002)))  # put back from a backup

    assert story.state() == lived


def test_a_snapshot_that_cannot_be_read_is_passed_over(story: Story, db: Database, worker: Worker):
    story.publish(1001)
    db.write_sync(stage_snapshot)
    worker.run_due()
    (key,) = snapshot_keys(story.blobs)
    story.blobs.put(key, b"torn")

    async def knows(live: LiveFeed) -> list[int]:
        return list(live.folded.catalogue.items)

    assert story.live(knows) == [1001]


def test_nothing_new_means_no_new_snapshot(story: Story, db: Database, worker: Worker):
    story.publish(1001)
    for _ in range(2):
        db.write_sync(stage_snapshot)
        worker.run_due()

    assert len(snapshot_keys(story.blobs)) == 1


def test_impressions_are_written_without_the_reader_waiting_and_at_the_end(story: Story, db: Database):
    async def act(live: LiveFeed) -> int:
        live.impressions.add([served(MEI, 1001), served(MEI, 1002, position=1)])
        assert live.impressions.newest_waiting(person_id=MEI, item_id=1002).position == 1
        assert live.impressions.newest_waiting(person_id=TAO, item_id=1002) is None
        return story.count(impression)

    assert story.live(act) == 0
    assert story.count(impression) == 2
    assert db.read_sync(newest_impression, person_id=MEI, item_id=1001) == served(MEI, 1001)


def test_impressions_are_written_soon_by_themselves(story: Story):
    async def act(live: LiveFeed) -> int:
        live.impressions.add([served(MEI, 1001)])
        async with asyncio.timeout(10):
            while live.impressions.newest_waiting(person_id=MEI, item_id=1001) is not None:
                await asyncio.sleep(0)
        return story.count(impression)

    assert story.live(act) == 1


def test_impressions_that_the_database_refuses_do_not_hold_up_later_ones(story: Story):
    async def act(live: LiveFeed) -> None:
        live.impressions.add([served(MEI, 1001, probability=0.0)])
        await live.impressions.flush()
        live.impressions.add([served(MEI, 1001)])

    story.live(act)

    assert story.count(impression) == 1


def test_what_is_old_is_pruned_and_the_list_of_clips_is_not(story: Story, db: Database):
    story.publish(1001)
    story.watch(MEI, 1001)
    db.write_sync(insert_impressions, rows=[served(MEI, 1001)])
    story.clock.advance(KEPT_FOR + timedelta(days=1))
    story.publish(1002)
    story.watch(MEI, 1002)
    db.write_sync(insert_impressions, rows=[served(MEI, 1002, page_id=6, at=story.clock)])

    assert db.write_sync(prune_old_rows) == 2

    kept = [(row.kind, row.item_id) for row in db.read_sync(signals_after, seq=0, limit=10)]
    assert kept == [("published", 1001), ("published", 1002), ("dwell", 1002)]
    assert story.count(impression) == 1
    assert db.write_sync(prune_old_rows) == 0


def test_an_export_tells_what_was_noted_and_shown(story: Story, db: Database, worker: Worker):
    story.publish(1001)
    story.publish(1002, author=MEI)
    story.watch(MEI, 1001)
    story.watch(TAO, 1001)
    db.write_sync(choose_learning, person_id=MEI, personalised=False)
    db.write_sync(insert_impressions, rows=[served(MEI, 1001), served(TAO, 1001, page_id=6)])

    def exported(name: str) -> list[dict[str, object]]:
        (part,) = [each for each in contributions() if each.name == name]
        return msgspec.to_builtins(db.read_sync(lambda tx: list(part.rows(tx, MEI))))

    now = "2026-04-18T19:30:00Z"
    assert exported("watching") == [
        {"kind": "dwell", "at": now, "item": "1001", "dwell_ms": 12_000, "duration_ms": 10_000},
        {"kind": "pause", "at": now, "item": None, "dwell_ms": None, "duration_ms": None},
    ]
    assert exported("served") == [
        {"item": "1001", "served_at": now, "position": 0, "source": "explore", "score": 0.5, "probability": 0.25}
    ]
    assert exported("interest_choice") == [{"personalised": False, "reset_at": None}]


def stage_snapshot(tx: Tx) -> None:
    from miaohui.kit.jobs import stage_job

    stage_job(tx, "feed.save_snapshot")


def served(
    person: int,
    item_id: int,
    *,
    page_id: int = 5,
    position: int = 0,
    probability: float = 0.25,
    at: ManualClock | None = None,
) -> Impression:
    from tests.conftest import A_SPRING_EVENING

    return Impression(
        page_id=page_id,
        position=position,
        person_id=person,
        item_id=item_id,
        source="explore",
        score=0.5,
        probability=probability,
        model_version="interest-1",
        served_at=at.now() if at else A_SPRING_EVENING,
    )
