"""Where a worker works: its source, a folder for this one try, and how it is followed and stopped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from miaohui.kit.blobs import BlobNotFound
from miaohui.kit.jobs import JobContext, LeaseLost, PermanentJobFailure
from miaohui.media.uploads.files import UploadFiles
from miaohui.media.videos.actions.note_progress import note_progress
from miaohui.media.videos.ffmpeg.child import FfmpegStopped, Watch
from miaohui.media.videos.ffmpeg.probe import ProbeLimits
from miaohui.media.videos.queries import VideoFacts
from miaohui.settings import Settings

_SLOWEST = 40
"""A machine that encodes forty times slower than the clip plays is given up on; two cores take about one."""
_PATIENCE_S = 120.0


class VideoGone(Exception):
    """The video was taken down while it was being worked on."""


def limits_of(settings: Settings) -> ProbeLimits:
    """What this server accepts."""
    return ProbeLimits(max_bytes=settings.upload_max_bytes, max_duration_ms=settings.video_max_s * 1000)


def time_for(duration_ms: int) -> float:
    """Return the seconds after which ffmpeg is given up on, for so much of a video."""
    return _PATIENCE_S + _SLOWEST * duration_ms / 1000


@contextmanager
def at_work(context: JobContext, facts: VideoFacts) -> Iterator[tuple[Path, Path]]:
    """Lend the source of a video and an empty folder for this try of this job.

    What an earlier try left behind is removed first; it may have been killed in the middle.
    Raises PermanentJobFailure if the source is gone, LeaseLost when the job was stopped.
    """
    place = context.settings.data_dir / "work"
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{context.job_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = place / f"{context.job_id}-{context.attempt}"
    folder.mkdir()
    files = UploadFiles(settings=context.settings, blobs=context.blobs)
    try:
        with files.lend(facts.upload_id or 0) as source:
            yield source, folder
    except BlobNotFound:
        raise PermanentJobFailure("the uploaded file is gone") from None
    except FfmpegStopped:
        raise LeaseLost from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def watched(context: JobContext, *, video_id: int, duration_ms: int, from_percent: int, to_percent: int) -> Watch:
    """Return a watch that tells the video's owner each percent between the two, and stops with the job.

    The run ends with VideoGone when the video is taken down.
    """
    last = from_percent

    def heard(fraction: float) -> None:
        nonlocal last
        context.progress(fraction)
        percent = from_percent + int(fraction * (to_percent - from_percent))
        if percent > last:
            last = percent
            if not context.write(note_progress, video_id=video_id, percent=percent):
                raise VideoGone

    return Watch(
        timeout_s=time_for(duration_ms),
        threads=context.settings.ffmpeg_threads,
        on_progress=heard,
        stopped=context.lost,
    )


def unwatched(context: JobContext, *, duration_ms: int) -> Watch:
    """Return a watch for a short run, which only stops with the job."""
    timeout_s = time_for(duration_ms)
    return Watch(timeout_s=timeout_s, threads=context.settings.ffmpeg_threads, stopped=context.lost)
