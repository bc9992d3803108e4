"""Packaging: encoded rungs become one HLS presentation and one plain MP4, without encoding again.

Each rung is a single fragmented MP4 that its playlist addresses by byte ranges (RFC 8216, section
4.3.2.2): three files instead of ninety for a minute of video, which is what a folder, a bucket and a
kill -9 in the middle like better.
"""

import math
from pathlib import Path

import msgspec

from miaohui.media.videos.ffmpeg.child import run_over_own_files
from miaohui.media.videos.ffmpeg.encode import AUDIO_FILE, NOTHING_BUT_STREAMS
from miaohui.media.videos.ffmpeg.plan_ladder import GOP_S, LadderPlan, Rung

MASTER_FILE = "master.m3u8"
PROGRESSIVE_FILE = "clip.mp4"
_AAC_LC = "mp4a.40.2"


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """One packaged rung, as its row and the master playlist describe it."""

    name: str
    width: int
    height: int
    bandwidth: int
    """Bits per second of its largest segment, container and sound included (BANDWIDTH)."""
    average_bandwidth: int
    codecs: str
    """RFC 6381, such as avc1.64001f,mp4a.40.2."""
    playlist: str
    segments: str
    n_bytes: int


def package_hls(*, plan: LadderPlan, encoded: Path, folder: Path, timeout_s: float) -> tuple[Rendition, ...]:
    """Write the master playlist, a playlist and a segment file per rung, and the plain MP4.

    encoded: where encode_ladder wrote. folder: receives `master.m3u8`, `{rung}.m3u8`, `{rung}.m4s`
    and `clip.mp4`.
    Raises FfmpegFailed, FfmpegTimedOut.
    """
    renditions = tuple(_package_rung(plan, rung, encoded, folder, timeout_s) for rung in plan.rungs)
    (folder / MASTER_FILE).write_text(_master(plan, renditions), encoding="ascii")
    inputs = _inputs(plan, plan.progressive, encoded)
    container = ["-movflags", "+faststart", "-f", "mp4", str(folder / PROGRESSIVE_FILE)]
    run_over_own_files(arguments=[*inputs, *container], timeout_s=timeout_s)
    return renditions


def _package_rung(plan: LadderPlan, rung: Rung, encoded: Path, folder: Path, timeout_s: float) -> Rendition:
    playlist, segments = f"{rung.name}.m3u8", f"{rung.name}.m4s"
    hls = ["-f", "hls", "-hls_time", str(GOP_S), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    hls += ["-hls_flags", "single_file+independent_segments"]
    names = ["-hls_segment_filename", str(folder / segments), str(folder / playlist)]
    run_over_own_files(arguments=[*_inputs(plan, rung, encoded), *hls, *names], timeout_s=timeout_s)
    spans = read_segments((folder / playlist).read_text(encoding="utf-8"))
    codecs = [_avc_codec((folder / segments).read_bytes()), *([_AAC_LC] if plan.has_audio else [])]
    n_bytes = (folder / segments).stat().st_size
    return Rendition(
        name=rung.name,
        width=rung.size.width,
        height=rung.size.height,
        bandwidth=math.ceil(max(span.n_bytes * 8 / span.duration_s for span in spans)),
        average_bandwidth=math.ceil(sum(span.n_bytes for span in spans) * 8 / sum(span.duration_s for span in spans)),
        codecs=",".join(codecs),
        playlist=playlist,
        segments=segments,
        n_bytes=n_bytes,
    )


class Segment(msgspec.Struct, frozen=True):
    """One media segment of a playlist."""

    duration_s: float
    n_bytes: int
    offset: int


def read_segments(playlist: str) -> list[Segment]:
    """The segments of a media playlist whose lines are byte ranges, in order."""
    segments: list[Segment] = []
    duration_s = 0.0
    for line in playlist.splitlines():
        if line.startswith("#EXTINF:"):
            duration_s = float(line.removeprefix("#EXTINF:").rstrip(","))
        elif line.startswith("#EXT-X-BYTERANGE:"):
            n_bytes, _, offset = line.removeprefix("#EXT-X-BYTERANGE:").partition("@")
            segments.append(Segment(duration_s, int(n_bytes), int(offset)))
    return segments


def _inputs(plan: LadderPlan, rung: Rung, encoded: Path) -> list[str]:
    inputs = ["-i", str(encoded / f"{rung.name}.mp4")]
    if plan.has_audio:
        inputs += ["-i", str(encoded / AUDIO_FILE)]
    maps = ["-map", "0:v:0", *(["-map", "1:a:0"] if plan.has_audio else [])]
    return [*inputs, *maps, "-c", "copy", *NOTHING_BUT_STREAMS]


def _master(plan: LadderPlan, renditions: tuple[Rendition, ...]) -> str:
    """RFC 8216, section 4.3.4.2. Players start with the first line, so the progressive rung leads."""
    first = plan.progressive.name
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition in sorted(renditions, key=lambda each: each.name != first):
        attributes = {
            "BANDWIDTH": str(rendition.bandwidth),
            "AVERAGE-BANDWIDTH": str(rendition.average_bandwidth),
            "CODECS": f'"{rendition.codecs}"',
            "RESOLUTION": f"{rendition.width}x{rendition.height}",
            "FRAME-RATE": f"{float(plan.frame_rate):.3f}",
        }
        lines.append("#EXT-X-STREAM-INF:" + ",".join(f"{name}={value}" for name, value in attributes.items()))
        lines.append(rendition.playlist)
    return "\n".join(lines) + "\n"


def _avc_codec(init: bytes) -> str:
    """`avc1.` and profile, constraints and level from the decoder record (ISO/IEC 14496-15, 5.3.3.1)."""
    at = init.index(b"avcC") + 4
    return "avc1." + init[at + 1 : at + 4].hex()
