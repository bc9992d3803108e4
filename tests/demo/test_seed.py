"""Planting a small town through the front doors: once, however often it is begun, and on from where it stopped."""

import asyncio
import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from miaohui.demo.circle import IN_GROUP, SHOWINGS
from miaohui.demo.make_clip import note_clip
from miaohui.demo.programme import plan_programme
from miaohui.demo.progress_line import follow_planting
from miaohui.demo.queries import made_clips, people_to_enter_as, planting_progress, resident_ids
from miaohui.demo.seed import SEED, count_published, found_town, plant_first
from miaohui.demo.settle_people import settle_people
from miaohui.discovery.feed.tables import signal
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import Worker, job_table
from miaohui.kit.outbox import Dispatcher
from miaohui.media.comments.tables import comment
from miaohui.media.reactions.tables import video_like
from miaohui.media.videos.queries import newest_videos
from miaohui.people.accounts.queries import devices_of, own_account
from miaohui.people.accounts.tables import account
from miaohui.people.graph.queries import graph_counts
from miaohui.people.graph.tables import follow
from miaohui.services import Services
from miaohui.settings import Settings
from miaohui.talk.messaging.tables import message
from miaohui.talk.moments.tables import moment, moment_like


@pytest.fixture
def services(tmp_path: Path, database_url: str, clock: ManualClock) -> Iterator[Services]:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, demo=True)
    with Services(settings, clock=clock) as built:
        yield built


def work_until_idle(services: Services, clock: ManualClock) -> None:
    """The worker and the dispatcher, in turns, until neither has anything left to do."""
    worker = Worker(db=services.db, blobs=services.blobs, settings=services.settings)
    dispatcher = Dispatcher(services.db, services.subscriptions)
    while worker.run_due() or waiting(services.db):
        asyncio.run(dispatcher.drain())
        clock.advance(timedelta(seconds=2))


def waiting(db: Database) -> int:
    unfinished = sa.select(sa.func.count()).where(job_table.c.state.in_(["queued", "running"]))
    return int(db.read_sync(lambda tx: tx.scalar(unfinished)))


def count(db: Database, table: sa.Table) -> int:
    return int(db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(table))))


def everything(db: Database) -> dict[str, int]:
    return {
        table.name: count(db, table) for table in (account, comment, video_like, signal, moment, message, job_table)
    }


def test_a_town_is_planted_once_and_alive(services: Services, clock: ManualClock) -> None:
    plant_first(services, with_market=False, clips=1, enough=0)
    work_until_idle(services, clock)

    progress = services.db.read_sync(planting_progress)
    assert progress.is_complete
    assert progress.portrayed == 40
    [card] = services.db.read_sync(newest_videos, after=None, limit=10)
    idea = plan_programme(seed=SEED)[0]
    assert card.caption.splitlines()[0] == (idea.caption_zh if idea.lead == "zh" else idea.caption_en)
    assert card.playback.hls is not None
    assert (card.playback.width, card.playback.height, card.playback.has_audio) == (540, 960, True)
    assert clock.now() - card.published_at > timedelta(days=25)
    assert count(services.db, comment) >= 3
    assert count(services.db, follow) > 100
    assert count(services.db, moment) == len(SHOWINGS)
    assert count(services.db, moment_like) == sum(len(one.liked_by) for one in SHOWINGS)
    assert count(services.db, message) >= len(IN_GROUP)
    kinds = services.db.read_sync(lambda tx: tx.scalars(sa.select(signal.c.kind).distinct()))
    assert {"published", "impression", "dwell", "comment"} <= set(kinds)
    assert "failed" not in services.db.read_sync(lambda tx: tx.scalars(sa.select(job_table.c.state)))

    before = everything(services.db)
    again = plant_first(services, with_market=False, clips=1)
    work_until_idle(services, clock)
    assert again == progress
    assert everything(services.db) == before


def test_an_interrupted_planting_goes_on_and_doubles_nothing(services: Services, clock: ManualClock) -> None:
    town = services.db.write_sync(found_town, seed=SEED, clips=1)
    services.db.write_sync(settle_people, town=town)
    people = services.db.read_sync(resident_ids)
    clock.advance(timedelta(days=3))

    for _ in range(2):
        plant_first(services, with_market=False, clips=1, enough=0)

    assert services.db.write_sync(found_town, seed=SEED + 1, clips=2) == town
    assert services.db.read_sync(resident_ids) == people
    staged = services.db.read_sync(lambda tx: tx.scalars(sa.select(job_table.c.unique_key)))
    assert len(staged) == len(set(staged))


def test_the_first_clips_are_in_the_feed_before_the_first_visitor(services: Services, clock: ManualClock) -> None:
    worker = Worker(db=services.db, blobs=services.blobs, settings=services.settings)
    beside = threading.Thread(target=worker.run)
    beside.start()
    try:
        plant_first(services, with_market=False, clips=1, enough=1, patience_s=60)
    finally:
        worker.stop()
        beside.join()

    assert services.db.read_sync(count_published) == 1
    [clip] = services.db.read_sync(made_clips).values()
    listed = sa.select(signal.c.item_id).where(signal.c.kind == "published")
    assert services.db.read_sync(lambda tx: tx.scalars(listed)) == [clip.video_id]


def test_the_people_are_who_the_script_says(services: Services, clock: ManualClock) -> None:
    services.db.write_sync(settle_people, town=services.db.write_sync(found_town, seed=SEED))

    people = services.db.read_sync(people_to_enter_as)
    assert [name for name, _ in people[:3]] == ["mei", "omar", "lena"]
    assert len(people) == 40
    residents = services.db.read_sync(resident_ids)

    def look(tx: Tx) -> None:
        lena = own_account(tx, residents["lena"])
        assert lena is not None
        assert lena.roles == {"operator"}
        assert lena.locale == "en"
        assert devices_of(tx, lena.id) == []
        assert graph_counts(tx, residents["mei"]).following >= 3

    services.db.read_sync(look)


def test_the_terminal_hears_when_the_town_is_complete(services: Services) -> None:
    services.db.write_sync(found_town, seed=SEED, clips=2)
    heard, stop = io.StringIO(), threading.Event()
    stop.set()

    follow_planting(db=services.db, out=heard, stop=stop)
    for key in ("tea/first-pick", "cats/zoomies"):
        services.db.write_sync(note_clip, key=key, video_id=None)
    follow_planting(db=services.db, out=heard, stop=threading.Event())

    first, last = heard.getvalue().splitlines()
    assert first.endswith("0 of 2 clips")
    assert last == "the town is complete: 2 clips, 0 people"
