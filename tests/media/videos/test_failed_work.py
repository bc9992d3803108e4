"""When the fault is ours: tried again, given up with a visible reason, and mended by an operator."""

from datetime import timedelta

import pytest

from miaohui.kit.jobs import stage_job
from miaohui.kit.jobs.failed import failed_jobs, retry_job
from miaohui.media.videos import jobs
from miaohui.media.videos.events import VideoFailed, VideoPublished
from miaohui.media.videos.ffmpeg.child import FfmpegTimedOut
from miaohui.media.videos.queries import video_facts
from tests.emitted import emitted


def out_of_time(**_):
    raise FfmpegTimedOut(1.0)


def work_through_retries(booth, clock):
    for _ in range(4):
        booth.work()
        clock.advance(timedelta(minutes=5))


@pytest.fixture
def vp8(studio):
    return studio.clip("clip.webm", options=("-c:v", "libvpx", "-deadline", "realtime"))


def test_a_video_that_never_played_fails_visibly(booth, cast, db, clock, vp8, monkeypatch):
    monkeypatch.setattr(jobs, "encode_ladder", out_of_time)
    video_id = booth.publish(cast.mei, vp8)
    work_through_retries(booth, clock)
    own = booth.own(video_id)
    assert (own.state, own.ladder, own.progress) == ("failed", "failed", 1.0)
    reason = "FfmpegTimedOut: ffmpeg did not end within 1 s"
    assert booth.moves(video_id) == [("processing", "failed", reason)]
    assert [(job.kind, job.attempts, job.failure) for job in db.read_sync(failed_jobs)] == [
        ("videos.build_ladder", 3, reason)
    ]
    assert emitted(db, VideoFailed) == [VideoFailed(video_id=video_id, author_id=cast.mei)]
    assert emitted(db, VideoPublished) == []


def test_an_operator_puts_it_back_and_it_is_published(booth, cast, db, clock, vp8, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "encode_ladder", out_of_time)
        video_id = booth.publish(cast.mei, vp8)
        work_through_retries(booth, clock)
    assert db.write_sync(retry_job, job_id=db.read_sync(failed_jobs)[0].id)
    booth.work()
    assert (booth.own(video_id).state, booth.own(video_id).ladder) == ("published", "ready")
    assert len(emitted(db, VideoPublished)) == 1


def test_a_published_video_goes_on_playing_without_its_ladder(booth, cast, studio, db, clock, monkeypatch):
    monkeypatch.setattr(jobs, "encode_ladder", out_of_time)
    video_id = booth.publish(cast.mei, studio.clip())
    work_through_retries(booth, clock)
    own = booth.own(video_id)
    assert (own.state, own.ladder, own.progress) == ("published", "failed", 1.0)
    assert emitted(db, VideoFailed) == []


def test_the_file_is_kept_a_week_for_mending_and_no_longer(booth, cast, db, clock, vp8, monkeypatch):
    monkeypatch.setattr(jobs, "encode_ladder", out_of_time)
    video_id = booth.publish(cast.mei, vp8)
    work_through_retries(booth, clock)
    file = booth.files.path_of(db.read_sync(video_facts, video_id).upload_id)
    clock.advance(timedelta(days=6))
    db.write_sync(lambda tx: stage_job(tx, "videos.sweep"))
    booth.work()
    assert file.exists()
    clock.advance(timedelta(days=2))
    db.write_sync(lambda tx: stage_job(tx, "videos.sweep"))
    booth.work()
    assert not file.exists()


def test_a_file_that_has_vanished_is_not_tried_again(booth, cast, studio, db):
    video_id = booth.publish(cast.mei, studio.clip())
    booth.files.path_of(db.read_sync(video_facts, video_id).upload_id).unlink()
    booth.work()
    assert booth.own(video_id).state == "failed"
    assert [job.attempts for job in db.read_sync(failed_jobs)] == [1]
