"""Makes a recording of a message playable: one plain file, with nothing of the phone's left in it."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, LeaseLost, job
from miaohui.media.videos.ffmpeg.child import FfmpegFailed, FfmpegStopped, Watch, transform
from miaohui.media.videos.ffmpeg.cut import choose_cut
from miaohui.media.videos.ffmpeg.encode import NOTHING_BUT_STREAMS, encode_quickly
from miaohui.media.videos.ffmpeg.plan_ladder import plan_ladder
from miaohui.media.videos.ffmpeg.probe import MediaProbe, ProbeLimits, probe
from miaohui.media.videos.ffmpeg.refusals import MediaRefused
from miaohui.media.videos.ffmpeg.stills import take_cover
from miaohui.talk.messaging.actions.keep_attachment import PREPARE_JOB, finish_recording
from miaohui.talk.messaging.attachments import (
    LONGEST_CLIP_S,
    LONGEST_VOICE_S,
    MOST_RECORDING_BYTES,
    Attachment,
    attachment_by_id,
)

_PATIENCE_S = 300.0
_VOICE = ["-map", "0:a:0", "-ac", "1", "-ar", "48000", "-c:a", "aac", "-b:a", "48k", "-t", str(LONGEST_VOICE_S)]


def _give_up(tx: Tx, *, attachment_id: int, **_: Any) -> None:
    finish_recording(tx, attachment_id=attachment_id, ready=False)


@job(PREPARE_JOB, lane="heavy", max_attempts=3, on_failure=_give_up)
def prepare(context: JobContext, *, attachment_id: int) -> None:
    """Write the file that is played, let go of the raw one, and tell who waits for it."""
    found = context.db.read_sync(attachment_by_id, attachment_id)
    if found is None or found.state != "waiting":
        return
    folder = Path(tempfile.mkdtemp(dir=_place(context)))
    try:
        with context.blobs.path_for_reading(found.raw_key) as source:
            sizes = (
                _voice(context, found, source, folder)
                if found.kind == "voice"
                else _clip(context, found, source, folder)
            )
    except (MediaRefused, FfmpegFailed):
        context.finish(finish_recording, attachment_id=attachment_id, ready=False)
        return
    except FfmpegStopped:
        raise LeaseLost from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    context.finish(finish_recording, attachment_id=attachment_id, ready=True, **sizes)
    context.blobs.delete(found.raw_key)


def _voice(context: JobContext, found: Attachment, source: Path, folder: Path) -> dict[str, int]:
    target = folder / "voice.m4a"
    outputs = [*_VOICE, *NOTHING_BUT_STREAMS, "-movflags", "+faststart", "-f", "mp4", str(target)]
    transform(source=source, seek=[], outputs=outputs, duration_ms=1, watch=_watch(context))
    if not target.exists():
        raise FfmpegFailed(0, "no sound was written")
    context.blobs.put(found.file_key(None), target)
    return {"duration_ms": duration_of(target)}


def _clip(context: JobContext, found: Attachment, source: Path, folder: Path) -> dict[str, int]:
    media: MediaProbe = probe(
        source=source, limits=ProbeLimits(max_bytes=MOST_RECORDING_BYTES, max_duration_ms=LONGEST_CLIP_S * 1000)
    )
    cut = choose_cut(media=media, start_ms=None, end_ms=None, cover_ms=None)
    target, poster, thumbnail = folder / "clip.mp4", folder / "poster.jpg", folder / "poster.webp"
    watch = _watch(context)
    encode_quickly(source=source, media=media, cut=cut, plan=plan_ladder(media=media), target=target, watch=watch)
    take_cover(source=source, media=media, cut=cut, poster=poster, thumbnail=thumbnail, watch=watch)
    context.blobs.put(found.file_key(None), target)
    context.blobs.put(found.file_key(720), thumbnail)
    return {"duration_ms": cut.duration_ms, "width": media.width, "height": media.height}


def duration_of(file: Path) -> int:
    """Return how long an MP4 plays in ms, from its `mvhd` box (ISO/IEC 14496-12, 8.2.2); 0 where it has none."""
    content = file.read_bytes()
    at = content.find(b"mvhd")
    if at < 0:
        return 0
    wide = content[at + 4] == 1
    timescale_at = at + (24 if wide else 16)
    timescale = int.from_bytes(content[timescale_at : timescale_at + 4])
    length = int.from_bytes(content[timescale_at + 4 : timescale_at + (12 if wide else 8)])
    return length * 1000 // timescale if timescale else 0


def _watch(context: JobContext) -> Watch:
    return Watch(timeout_s=_PATIENCE_S, threads=context.settings.ffmpeg_threads, stopped=context.lost)


def _place(context: JobContext) -> Path:
    place = context.settings.data_dir / "work"
    place.mkdir(parents=True, exist_ok=True)
    return place
