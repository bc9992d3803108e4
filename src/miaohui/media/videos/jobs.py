"""The work on a video: look at the file and publish it at once if that can be, then build its ladder.

Each try writes into a folder and an output of its own, which become visible in the one transaction that
also ends the job. So a worker may be killed at any instant, or wake up after another took over, and there
is one publication, one ladder, and no file that nobody knows of.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, job, stage_job
from miaohui.media.uploads.actions.discard_upload import discard_upload
from miaohui.media.videos.actions.begin_ladder import begin_ladder
from miaohui.media.videos.actions.describe_video import POSTER_FILE, THUMBNAIL_FILE, Description, describe_video
from miaohui.media.videos.actions.fail_video import fail_video
from miaohui.media.videos.actions.finish_ladder import STRIP_FILE, finish_ladder
from miaohui.media.videos.actions.open_first_copy import FIRST_COPY_FILE, open_first_copy
from miaohui.media.videos.actions.publish_video import BACKGROUND_PRIORITY
from miaohui.media.videos.actions.refuse_video import refuse_video
from miaohui.media.videos.ffmpeg.child import FfmpegFailed
from miaohui.media.videos.ffmpeg.cut import Cut, choose_cut
from miaohui.media.videos.ffmpeg.encode import encode_ladder, encode_quickly
from miaohui.media.videos.ffmpeg.package_hls import package_hls
from miaohui.media.videos.ffmpeg.plan_ladder import plan_ladder
from miaohui.media.videos.ffmpeg.probe import MediaProbe, probe
from miaohui.media.videos.ffmpeg.publish_copy import can_copy, publish_copy
from miaohui.media.videos.ffmpeg.refusals import MediaRefused
from miaohui.media.videos.ffmpeg.stills import make_strip, take_cover
from miaohui.media.videos.outputs import (
    Role,
    begin_output,
    folder_key,
    forget_output,
    known_outputs,
    put_output,
    retire_abandoned_outputs,
)
from miaohui.media.videos.own_export import video_files_for_export, videos_for_export
from miaohui.media.videos.queries import VideoFacts, video_facts
from miaohui.media.videos.tables import video
from miaohui.media.videos.workshop import VideoGone, at_work, limits_of, time_for, unwatched, watched
from miaohui.people.accounts.export import contribute

_STRAIGHT_TO_LADDER_MS = 15_000
"""So short a clip gets no first encode: its ladder is there in about the same time."""
_FIRST_ENCODE_PERCENT = 40
"""Share of the work that the first encode is, where there is one."""
_LADDER_PRIORITY = 100
_FIRST_PRIORITY = 50
_ABANDONED = timedelta(days=1)
_KEPT_FAILED = timedelta(days=7)

contribute("videos", rows=videos_for_export, files=video_files_for_export)


def _give_up(tx: Tx, *, video_id: int, reason: str, **_: Any) -> None:
    fail_video(tx, video_id=video_id, reason=reason)


@job("videos.prepare", priority=_FIRST_PRIORITY, max_attempts=3, on_failure=_give_up)
def prepare(context: JobContext, *, video_id: int, in_background: bool = False) -> None:
    """Probe the file, refuse it or take its cover, and publish it by stream copy where that plays everywhere."""
    facts = context.db.read_sync(video_facts, video_id)
    if facts is None or facts.state not in {"processing", "failed"}:
        return
    with at_work(context, facts) as (source, folder):
        try:
            media, cut = _examine(context, facts, source)
        except MediaRefused as refusal:
            context.finish(refuse_video, video_id=video_id, refusal=refusal)
            return
        watch = unwatched(context, duration_ms=media.duration_ms)
        cover = folder / "cover"
        cover.mkdir()
        poster, thumbnail = cover / POSTER_FILE, cover / THUMBNAIL_FILE
        take_cover(source=source, media=media, cut=cut, poster=poster, thumbnail=thumbnail, watch=watch)
        cover_id = _store(context, facts, "cover", cover)
        description = Description(
            duration_ms=cut.duration_ms, width=media.width, height=media.height, has_audio=media.has_audio
        )
        context.write(describe_video, video_id=video_id, description=description, cover_output_id=cover_id)
        first_id = None
        if can_copy(media=media, cut=cut):
            first_id = _copy(context, facts, source, media, folder)
        context.finish(
            _go_on,
            video_id=video_id,
            first_id=first_id,
            is_short=cut.duration_ms <= _STRAIGHT_TO_LADDER_MS,
            in_background=in_background,
        )


@job("videos.encode_first", lane="heavy", priority=_FIRST_PRIORITY, max_attempts=3, on_failure=_give_up)
def encode_first(context: JobContext, *, video_id: int, in_background: bool = False) -> None:
    """Encode one modest rendition of what cannot be copied, so that it is seen before its ladder is there."""
    facts = context.db.read_sync(video_facts, video_id)
    if facts is None or facts.state not in {"processing", "failed"}:
        return
    with at_work(context, facts) as (source, folder):
        media, cut = _examine(context, facts, source)
        first = folder / "first"
        first.mkdir()
        watch = watched(
            context,
            video_id=video_id,
            duration_ms=cut.duration_ms,
            from_percent=0,
            to_percent=_FIRST_ENCODE_PERCENT,
        )
        target = first / FIRST_COPY_FILE
        try:
            encode_quickly(
                source=source, media=media, cut=cut, plan=plan_ladder(media=media), target=target, watch=watch
            )
        except VideoGone:
            return
        output_id = _store(context, facts, "first", first)
        context.finish(_open_encoded, video_id=video_id, output_id=output_id, in_background=in_background)


@job("videos.build_ladder", lane="heavy", priority=_LADDER_PRIORITY, max_attempts=3, backoff_s=10, on_failure=_give_up)
def build_ladder(context: JobContext, *, video_id: int, from_percent: int = 0) -> None:
    """Encode all rungs, package them, and let the video play from them."""
    facts = context.write(begin_ladder, video_id=video_id)
    if facts is None:
        return
    with at_work(context, facts) as (source, folder):
        media, cut = _examine(context, facts, source)
        plan = plan_ladder(media=media)
        encoded, packaged = folder / "encoded", folder / "packaged"
        encoded.mkdir()
        packaged.mkdir()
        watch = watched(
            context, video_id=video_id, duration_ms=cut.duration_ms, from_percent=from_percent, to_percent=99
        )
        try:
            encode_ladder(source=source, media=media, cut=cut, plan=plan, folder=encoded, watch=watch)
        except VideoGone:
            return
        timeout_s = time_for(cut.duration_ms)
        renditions = package_hls(plan=plan, encoded=encoded, folder=packaged, timeout_s=timeout_s)
        strip = make_strip(
            plan=plan,
            encoded=encoded,
            duration_ms=cut.duration_ms,
            target=packaged / STRIP_FILE,
            timeout_s=timeout_s,
        )
        output_id = _store(context, facts, "ladder", packaged)
        context.finish(
            finish_ladder,
            video_id=video_id,
            output_id=output_id,
            renditions=renditions,
            strip_frames=strip.n_frames,
        )


@job("videos.remove_output")
def remove_output(context: JobContext, *, video_id: int, output_id: int) -> None:
    """Remove the files of an output that is given up."""
    context.blobs.delete_prefix(folder_key(video_id, output_id))
    context.finish(forget_output, output_id=output_id)


@job("videos.sweep")
def sweep(context: JobContext) -> None:
    """Remove what killed workers have left, and the uploads of videos that failed a week ago."""
    context.write(retire_abandoned_outputs, older_than=_ABANDONED)
    context.write(discard_failed_uploads)
    place = context.settings.data_dir / "work"
    for folder in place.iterdir() if place.exists() else ():
        if folder.stat().st_mtime < (context.now() - _ABANDONED).timestamp():
            shutil.rmtree(folder, ignore_errors=True)
    # Listed before the notes are read, so that whatever is written meanwhile has its note.
    folders = {key.rsplit("/", 1)[0] for key in context.blobs.keys("videos")}
    for prefix in folders - context.db.read_sync(known_outputs):
        context.blobs.delete_prefix(prefix)


def discard_failed_uploads(tx: Tx) -> None:
    """Let go of the files of videos whose work was given up a week ago."""
    unfinished = sa.or_(video.c.state == "failed", video.c.ladder == "failed")
    old = sa.and_(unfinished, video.c.upload_id.is_not(None), video.c.created_at < tx.now - _KEPT_FAILED)
    for upload_id in tx.scalars(sa.select(video.c.upload_id).where(old)):
        discard_upload(tx, upload_id=upload_id, by_id=None, reason="its video failed a week ago")


def _examine(context: JobContext, facts: VideoFacts, source: Path) -> tuple[MediaProbe, Cut]:
    media = probe(source=source, limits=limits_of(context.settings))
    cut = choose_cut(
        media=media, start_ms=facts.asked_start_ms, end_ms=facts.asked_end_ms, cover_ms=facts.asked_cover_ms
    )
    return media, cut


def _copy(context: JobContext, facts: VideoFacts, source: Path, media: MediaProbe, folder: Path) -> int | None:
    """Store a stream copy; None where ffmpeg cannot make one of a file that it could read."""
    first = folder / "first"
    first.mkdir()
    watch = unwatched(context, duration_ms=media.duration_ms)
    try:
        publish_copy(source=source, media=media, target=first / FIRST_COPY_FILE, watch=watch)
    except FfmpegFailed:
        return None
    return _store(context, facts, "first", first)


def _store(context: JobContext, facts: VideoFacts, role: Role, folder: Path) -> int:
    output_id = context.write(begin_output, video_id=facts.id, role=role)
    put_output(context.blobs, prefix=folder_key(facts.id, output_id), folder=folder)
    return output_id


def _go_on(tx: Tx, *, video_id: int, first_id: int | None, is_short: bool, in_background: bool) -> None:
    if first_id is not None:
        if open_first_copy(tx, video_id=video_id, output_id=first_id, reason="plays as it came"):
            _stage_ladder(tx, video_id=video_id, in_background=in_background)
    elif is_short:
        _stage_ladder(tx, video_id=video_id, in_background=in_background)
    else:
        key = f"videos.encode_first:{video_id}"
        stage_job(tx, "videos.encode_first", unique_key=key, video_id=video_id, in_background=in_background)


def _open_encoded(tx: Tx, *, video_id: int, output_id: int, in_background: bool) -> None:
    if open_first_copy(tx, video_id=video_id, output_id=output_id, reason="encoded to play everywhere"):
        _stage_ladder(tx, video_id=video_id, in_background=in_background, from_percent=_FIRST_ENCODE_PERCENT)


def _stage_ladder(tx: Tx, *, video_id: int, in_background: bool, from_percent: int = 0) -> None:
    stage_job(
        tx,
        "videos.build_ladder",
        unique_key=f"videos.build_ladder:{video_id}",
        priority=BACKGROUND_PRIORITY if in_background else None,
        video_id=video_id,
        from_percent=from_percent,
    )
