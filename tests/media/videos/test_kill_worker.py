"""A worker that is killed in the middle of a video: another takes over, and nothing is lost or doubled."""

import multiprocessing
import os
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.kit.jobs import stage_job
from miaohui.media.videos.events import VideoPublished, VideoSharpened
from miaohui.media.videos.queries import renditions_of, video_cards
from miaohui.media.videos.tables import video_output
from tests.emitted import emitted
from tests.media.videos.killable import work

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.media.videos.killable"])


def start_worker(booth, database_url, clock):
    process = FORKS.Process(target=work, args=(database_url, booth.settings.data_dir, clock.now()), daemon=True)
    process.start()
    return process


def settle(booth, clock):
    """Let an hour and a day pass, with all the housekeeping that belongs to them."""
    clock.advance(timedelta(minutes=61))
    booth.work()
    # The files bear the machine's time; the story's clock stands elsewhere.
    for folder in (booth.settings.data_dir / "work").iterdir():
        os.utime(folder, (clock.now().timestamp(),) * 2)
    clock.advance(timedelta(days=2))
    booth.db.write_sync(lambda tx: stage_job(tx, "videos.sweep"))
    booth.work()


def assert_one_of_everything(booth, db, video_id, studio):
    """One publication, one ladder, and every stored file belongs to what plays."""
    assert [event.video_id for event in emitted(db, VideoPublished)] == [video_id]
    assert [event.video_id for event in emitted(db, VideoSharpened)] == [video_id]
    assert [move[1] for move in booth.moves(video_id)] == ["published"]
    assert [move[1] for move in booth.moves(video_id, "ladder")] == ["building", "ready"]
    outputs = db.read_sync(lambda tx: sorted(tx.scalars(sa.select(video_output.c.role))))
    assert outputs == ["cover", "ladder"]
    play = db.read_sync(video_cards, [video_id])[video_id].playback
    rungs = [rung.name for rung in db.read_sync(renditions_of, video_id)]
    packaged = {"clip.mp4", "master.m3u8", "strip.webp"} | {
        f"{rung}.{kind}" for rung in rungs for kind in ("m3u8", "m4s")
    }
    folder = play.hls.removeprefix("/media/").rsplit("/", 1)[0]
    wanted = {f"{folder}/{name}" for name in packaged}
    wanted |= {play.poster.removeprefix("/media/"), play.thumbnail.removeprefix("/media/")}
    assert set(booth.stored()) == wanted
    assert studio.look(booth.path_of(play.mp4)).duration_ms == play.duration_ms
    assert len(studio.frames(booth.path_of(play.hls).with_name(f"{rungs[0]}.m3u8"))) == play.duration_ms * 30 // 1000
    assert list((booth.settings.data_dir / "work").iterdir()) == []
    assert booth.files.ids_here(untouched_since=booth.db.clock.now()) == []


def kill_after_changes(booth, video_id, worker, n_changes):
    """Kill a worker when so many things have changed since it began: states, percents, files anywhere."""

    def look():
        own = booth.own(video_id)
        place = booth.settings.data_dir / "work"
        # A walk that does not mind folders which vanish under it.
        at_work = sorted(name for _, folders, files in os.walk(place) for name in (*folders, *files))
        return own.state, own.ladder, own.progress, booth.stored(), at_work

    seen = look()
    while n_changes and worker.is_alive():
        if (now := look()) != seen:
            seen, n_changes = now, n_changes - 1
    worker.kill()
    worker.join()


@pytest.mark.alone
@pytest.mark.parametrize("seed", range(6))
def test_killed_twice_at_random_instants(booth, cast, studio, db, clock, database_url, seed):
    dice = random.Random(seed)
    video_id = booth.publish(cast.mei, studio.clip("two_seconds.mp4", seconds=2, size="360x640"), caption="#夜市")
    for _ in range(2):
        worker = start_worker(booth, database_url, clock)
        kill_after_changes(booth, video_id, worker, dice.randrange(1, 16))
        clock.advance(timedelta(minutes=1))
    booth.work()
    assert booth.own(video_id).ladder == "ready"
    settle(booth, clock)
    assert_one_of_everything(booth, db, video_id, studio)


@pytest.mark.alone
def test_killed_in_the_middle_of_the_ladder(booth, cast, studio, db, clock, database_url):
    source = studio.clip("ten_seconds.mp4", seconds=10, size="540x960")
    video_id = booth.publish(cast.mei, source)
    worker = start_worker(booth, database_url, clock)
    while not 0 < booth.own(video_id).progress < 1:
        assert worker.is_alive()
    worker.kill()
    worker.join()
    # It plays from its first copy meanwhile, and the percentage that was shown does not fall.
    own = booth.own(video_id)
    assert (own.state, own.ladder) == ("published", "building")
    left = list((booth.settings.data_dir / "work").iterdir())
    assert len(left) == 1
    booth.work()
    assert booth.own(video_id).ladder == "building"  # its lease has not run out yet
    clock.advance(timedelta(minutes=1))
    booth.work()
    assert booth.own(video_id).ladder == "ready"
    settle(booth, clock)
    assert_one_of_everything(booth, db, video_id, studio)


def test_a_worker_that_wakes_up_late_changes_nothing(booth, cast, studio, db, clock, monkeypatch):
    """It slept through its lease while another did the whole work; what it made is thrown away."""
    from miaohui.media.videos import jobs

    video_id = booth.publish(cast.mei, studio.clip())
    slept: list[int] = []
    package = jobs.package_hls

    def sleep_and_package(**kw):
        if not slept:
            slept.append(1)
            clock.advance(timedelta(minutes=1))
            booth.work()
            assert booth.own(video_id).ladder == "ready"
        return package(**kw)

    monkeypatch.setattr(jobs, "package_hls", sleep_and_package)
    booth.work()
    assert slept
    settle(booth, clock)
    assert_one_of_everything(booth, db, video_id, studio)
