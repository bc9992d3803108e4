"""Encoding: one decode of the source, every rung from it, sound once."""

from pathlib import Path

from miaohui.media.videos.ffmpeg.child import FfmpegFailed, Watch, transform
from miaohui.media.videos.ffmpeg.cut import Cut
from miaohui.media.videos.ffmpeg.picture import picture_filters
from miaohui.media.videos.ffmpeg.plan_ladder import AUDIO_BIT_RATE, CRF, LadderPlan, Rung
from miaohui.media.videos.ffmpeg.probe import MediaProbe

AUDIO_FILE = "sound.m4a"

NOTHING_BUT_STREAMS = ["-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1", "-dn", "-sn"]
"""No places, names, dates, chapters or data streams (GPS tracks of action cameras) go along."""

_SOUND = "aresample=48000:async=1000:first_pts=0,aformat=channel_layouts=stereo|mono"
"""Gaps become silence, so that sound and picture stay together to the end; loudness is left alone."""


def encode_ladder(*, source: Path, media: MediaProbe, cut: Cut, plan: LadderPlan, folder: Path, watch: Watch) -> None:
    """Write `{rung}.mp4` (picture only) for each rung and `sound.m4a` into `folder`.

    Every rung gets the same frames, with a keyframe at each multiple of the plan's group of pictures
    and nowhere else. Measured on two cores with a 1080 × 1920 source: one decode for three rungs
    takes 47 s of CPU where three runs take 100 s.
    Raises FfmpegFailed, FfmpegTimedOut, FfmpegStopped.
    """
    graph = _picture_graph(media, plan)
    outputs: list[str] = []
    groups = ["-g", str(plan.gop_frames), "-keyint_min", str(plan.gop_frames), "-sc_threshold", "0"]
    for rung in plan.rungs:
        encoder = [*_h264(rung, watch), "-preset", "veryfast", *groups]
        outputs += ["-map", f"[{rung.name}]", *encoder, *NOTHING_BUT_STREAMS, str(folder / f"{rung.name}.mp4")]
    if plan.has_audio:
        graph.append(f"[0:a:0]{_SOUND}[sound]")
        outputs += ["-map", "[sound]", *_aac(), *NOTHING_BUT_STREAMS, str(folder / AUDIO_FILE)]
    _transform(source, cut, ["-filter_complex", ";".join(graph), *outputs], watch)
    _check_written(folder / f"{plan.rungs[-1].name}.mp4")


def encode_quickly(*, source: Path, media: MediaProbe, cut: Cut, plan: LadderPlan, target: Path, watch: Watch) -> None:
    """Write the plan's progressive rung as one MP4, with the fastest preset that still looks decent.

    For sources whose streams browsers do not play as they are, and for cuts, so that a video is seen
    while its ladder is still being built.
    Raises FfmpegFailed, FfmpegTimedOut, FfmpegStopped.
    """
    rung = plan.progressive
    chain = ",".join([f"fps={plan.frame_rate}:start_time=0", *picture_filters(media, rung.size)])
    picture = ["-map", "0:V:0", "-vf", chain, *_h264(rung, watch), "-preset", "superfast"]
    sound = ["-map", "0:a:0", "-af", _SOUND, *_aac()] if plan.has_audio else []
    outputs = [*picture, *sound, *NOTHING_BUT_STREAMS, "-movflags", "+faststart", "-f", "mp4", str(target)]
    _transform(source, cut, outputs, watch)
    _check_written(target)


def _picture_graph(media: MediaProbe, plan: LadderPlan) -> list[str]:
    """Frame rate and largest size once; the smaller rungs are scaled from the largest."""
    *smaller, largest = plan.rungs
    # start_time fills a picture that begins late from its first frame, so that all rungs begin at 0.
    chain = [f"fps={plan.frame_rate}:start_time=0", *picture_filters(media, largest.size)]
    if not smaller:
        return [f"[0:V:0]{','.join(chain)}[{largest.name}]"]
    copies = "".join(f"[to_{rung.name}]" for rung in smaller)
    graph = [f"[0:V:0]{','.join(chain)},split={len(plan.rungs)}[{largest.name}]{copies}"]
    for rung in smaller:
        graph.append(f"[to_{rung.name}]scale={rung.size.width}:{rung.size.height}:flags=bicubic[{rung.name}]")
    return graph


def _h264(rung: Rung, watch: Watch) -> list[str]:
    ceiling = ["-maxrate", str(rung.max_bit_rate), "-bufsize", str(2 * rung.max_bit_rate)]
    return ["-c:v", "libx264", "-profile:v", "high", "-crf", str(CRF), *ceiling, "-threads", str(watch.threads)]


def _aac() -> list[str]:
    return ["-c:a", "aac", "-b:a", str(AUDIO_BIT_RATE)]


def _transform(source: Path, cut: Cut, outputs: list[str], watch: Watch) -> None:
    # Before the input `-ss` jumps to a keyframe and drops what is decoded up to the exact time.
    seek = ["-ss", cut.start_s, "-t", cut.duration_s]
    transform(source=source, seek=seek, outputs=outputs, duration_ms=cut.duration_ms, watch=watch)


def _check_written(target: Path) -> None:
    # ffmpeg ends with 0 also where no frame came out of the decoder.
    if not target.exists() or target.stat().st_size < 1024:
        raise FfmpegFailed(0, "no frame was written")
