"""Models are fitted from the log, swapped in under running processes, and survive what kills processes."""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

import miaohui.discovery.feed.fitting as fitting
from miaohui.discovery.feed.actions.erase_person import erase_person
from miaohui.discovery.feed.for_you import rank_for_you
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.models import newest_model
from miaohui.discovery.feed.signal_log import Signal, append_signals, last_seq
from miaohui.discovery.feed.stages.ask import Ask, PersonFacts
from miaohui.discovery.feed.tables import interest_model
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock, SystemClock, to_ms
from miaohui.kit.db import Database, Tx, open_database
from miaohui.kit.jobs import Worker, stage_job
from miaohui.kit.signing import Signer
from miaohui.settings import Settings
from tests.discovery.feed.learned_town import FIRST_CLIP, TASTES, fit, publish, watch

MEI = 900_001
FORKS = multiprocessing.get_context("forkserver")


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def town(db: Database) -> Database:
    db.write_sync(publish)
    db.write_sync(watch, people=range(1, 41), each=30, seed=1)
    return db


def process(db: Database, blobs: FolderBlobs, clock: ManualClock) -> LiveFeed:
    return LiveFeed(db=db, blobs=blobs, clock=clock, signer=Signer(b"the key of a test"))


def models(db: Database) -> list[str]:
    return db.read_sync(lambda tx: list(tx.scalars(sa.select(interest_model.c.version))))


def files(blobs: FolderBlobs) -> list[str]:
    return blobs.keys("private/interest-models")


def page(live: LiveFeed, person_id: int = MEI, *, limit: int = 10) -> list[int]:
    now_ms = to_ms(live.clock.now())
    ask = Ask(person_id=person_id, now_ms=now_ms, limit=limit, personal=True, facts=PersonFacts())
    ranked = rank_for_you(live.folded, ask, live.weights, np.random.default_rng(1))
    return [each.listed.item_id for each in ranked.page if each.source != "explore"]


def test_what_everybody_does_becomes_a_model_that_running_processes_take_up(
    town: Database, blobs: FolderBlobs, clock: ManualClock, tmp_path: Path
):
    worker = Worker(db=town, blobs=blobs, settings=Settings(data_dir=tmp_path))

    async def two_processes() -> None:
        one, other = process(town, blobs, clock), process(town, blobs, clock)
        await one.start()
        await other.start()
        without = one.model_version
        town.write_sync(stage_job, "feed.fit_models")
        await asyncio.to_thread(worker.run_due)
        await one.take_up_newest_model()
        await other.take_up_newest_model()

        (version,) = models(town)
        assert one.model_version == other.model_version == f"{without}+{version}"
        assert page(one) == page(other)
        await one.stop()
        await other.stop()

    asyncio.run(two_processes())
    assert len(files(blobs)) == 1


def test_a_fit_waits_until_enough_is_new(town: Database, blobs: FolderBlobs):
    first = fit(town, blobs)
    assert first is not None
    assert first.up_to == town.read_sync(last_seq)

    assert fit(town, blobs) is None
    town.write_sync(watch, people=range(1, 41), each=15, seed=2)
    second = fit(town, blobs)

    assert second is not None
    assert town.read_sync(newest_model) == second
    assert models(town) == [first.version, second.version]


def test_a_town_that_has_told_little_gets_no_model(db: Database, blobs: FolderBlobs):
    db.write_sync(publish)
    db.write_sync(watch, people=range(1, 11), each=10, seed=1)
    assert fit(db, blobs) is None
    assert files(blobs) == []


def test_old_models_go_and_whoever_has_one_mapped_goes_on_with_it(
    town: Database, blobs: FolderBlobs, clock: ManualClock
):
    fit(town, blobs)

    async def reader() -> None:
        live = process(town, blobs, clock)
        # Not started, so that nothing but this test moves it on.
        await live.catch_up()
        await live.take_up_newest_model()
        before, version = page(live), live.model_version
        for number in range(2, 5):
            town.write_sync(watch, people=range(1, 41), each=10 + 5 * number, seed=number)
            assert await asyncio.to_thread(fit, town, blobs) is not None
        assert len(files(blobs)) == len(models(town)) == 2
        assert version.split("+")[-1] not in models(town)
        assert page(live) == before

    asyncio.run(reader())


def test_who_was_erased_is_left_out_of_a_model_that_was_fitted_before(
    town: Database, blobs: FolderBlobs, clock: ManualClock
):
    fit(town, blobs)

    async def processes() -> None:
        live = process(town, blobs, clock)
        await live.start()
        reader = live.folded.engine.scorer.reader
        assert reader is not None
        assert reader.model.session is not None
        assert not len(reader.erased)
        gone = int(reader.model.session.people[3])
        begin, end = reader.model.session.ends[2:4].tolist()
        town.write_sync(erase_person, person_id=gone)
        await live.catch_up()
        # One that begins afterwards, from a snapshot or the log, and maps the old file.
        later = process(town, blobs, clock)
        await later.start()
        for each in (live, later):
            now = each.folded.engine.scorer.reader
            assert now is not None
            assert np.flatnonzero(now.erased).tolist() == list(range(begin, end))
        await live.stop()
        await later.stop()

    asyncio.run(processes())


def test_a_file_that_is_damaged_is_passed_over(town: Database, blobs: FolderBlobs, clock: ManualClock):
    fitted = fit(town, blobs)
    assert fitted is not None
    path = blobs.path_of(fitted.key)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))

    async def life() -> str:
        live = process(town, blobs, clock)
        await live.start()
        found = live.model_version
        assert len(page(live)) > 0
        await live.stop()
        return found

    assert fitted.version not in asyncio.run(life())


@pytest.mark.parametrize("moment", ["telling", "stored"])
def test_kill_9_in_the_middle_of_a_fit_leaves_the_last_model_and_no_litter(
    town: Database, blobs: FolderBlobs, clock: ManualClock, database_url: str, moment: str
):
    first = fit(town, blobs)
    assert first is not None
    town.write_sync(watch, people=range(1, 41), each=15, seed=2)

    heard, ready = FORKS.Pipe(duplex=False)
    killed = FORKS.Process(target=fit_until, args=(database_url, blobs.root, moment, ready), daemon=True)
    killed.start()
    ready.close()
    assert heard.recv() == moment
    killed.kill()
    killed.join()

    assert models(town) == [first.version]
    assert len(files(blobs)) == (2 if moment == "stored" else 1)

    async def life() -> str:
        live = process(town, blobs, clock)
        await live.start()
        await live.stop()
        return live.model_version

    assert asyncio.run(life()).endswith(first.version)
    second = fit(town, blobs)
    assert second is not None
    assert models(town) == [first.version, second.version]
    assert files(blobs) == sorted([first.key, second.key])


def fit_until(database_url: str, root: Path, moment: str, ready: Connection) -> None:
    """In a process of its own: fit, say when the moment has come, and wait for the end."""

    def say_and_wait(*_: Any, **__: Any) -> None:
        ready.send(moment)
        multiprocessing.Event().wait()

    if moment == "telling":
        fitting.finish_lesson = say_and_wait  # type: ignore[assignment]  # it never returns
    else:
        fitting.record_model = say_and_wait  # type: ignore[assignment]  # as above
    fit(open_database(database_url, clock=SystemClock()), FolderBlobs(root))


def test_what_a_hidden_taste_shares_is_found(town: Database, blobs: FolderBlobs, clock: ManualClock):
    """Somebody of taste 0 has watched two clips; the words of the clips say nothing."""
    for number in (0, 3):
        look = Signal(person_id=MEI, item_id=FIRST_CLIP + number, kind="dwell", dwell_ms=9000, at=clock.now())
        town.write_sync(_append, signal=look)

    async def share_of_taste() -> float:
        live = process(town, blobs, clock)
        await live.start()
        found = page(live)[:6]
        await live.stop()
        return float(np.mean([(item - FIRST_CLIP) % TASTES == 0 for item in found]))

    without = asyncio.run(share_of_taste())
    fit(town, blobs)
    with_model = asyncio.run(share_of_taste())

    assert with_model >= without
    assert with_model >= 0.8


def _append(tx: Tx, *, signal: Signal) -> None:
    append_signals(tx, [signal])
