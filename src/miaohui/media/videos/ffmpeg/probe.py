"""What a file really holds, told by reading it through instead of believing its header.

The wheel has no ffprobe. One run copies the packets of the first picture and sound stream into
ffmpeg's `framecrc` listing, whose columns are ours to parse (stream, dts, pts, duration, size), and
prints the streams once more under "Output #0" after all metadata was dropped, so that no title in
the file can imitate a line of it. A second run decodes one frame and tells the size as displayed.
"""

import math
import re
from itertools import pairwise
from pathlib import Path

import msgspec

from miaohui.media.videos.ffmpeg.child import MAX_PIXELS, FfmpegFailed, run_guarded
from miaohui.media.videos.ffmpeg.refusals import (
    DimensionsUnusual,
    FileTooLarge,
    NoPicture,
    NotAVideo,
    VideoTooLong,
    VideoTooShort,
    VideoTruncated,
    VideoUnreadable,
)

SHORTEST_MS = 500
_SMALLEST_SIDE = 32
_LARGEST_SIDE = 8192
_NARROWEST = 8
"""Long side over short side; a panorama of 8 : 1 is 90 pixels high on a phone held sideways."""
_MOST_PACKETS_PER_S = 1000
"""Picture and sound together; 240 fps beside Opus in 2.5-ms frames makes 640."""
_MISSING_SHARE = 0.05
_MISSING_MS = 500
"""A file may end this much before its announced length: recorders round, and cut the last frame."""

_HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_VIDEO_LINE = re.compile(r"^  Stream #0:\d+\S*: Video: (?P<codec>\w+)(?: \((?P<profile>[^)/]+)\))?(?P<rest>.*)$")
_AUDIO_LINE = re.compile(r"^  Stream #0:\d+\S*: Audio: (?P<codec>\w+)(?: \((?P<profile>[^)/]+)\))?(?P<rest>.*)$")
_PIXEL_FORMAT = re.compile(r", (?P<format>[a-z]+[a-z0-9]*)(?:\((?P<colours>[^)]*)\))?, \d+x\d+")
_ROTATION = re.compile(r"^ +Display Matrix: rotation of (-?[\d.]+) degrees", re.IGNORECASE)
_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
_INPUT = re.compile(r"^Input #0, ([a-z0-9_,]+), from ", re.MULTILINE)


class ProbeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What this server accepts."""

    max_bytes: int
    max_duration_ms: int
    timeout_s: float = 120.0


class MediaProbe(msgspec.Struct, frozen=True, kw_only=True):
    """A file that can be published. Sizes are as displayed: rotated, with square pixels."""

    container: str
    duration_ms: int
    """Of the picture; sound that goes on after the last frame does not count."""
    width: int
    height: int
    rotation: int
    """Degrees that the stored picture is turned before display: 0, 90, 180 or 270."""
    frame_rate: float
    """Frames per second: the average, and where the rate varies, that of the most usual gap."""
    frame_rate_varies: bool
    video_codec: str
    video_profile: str
    pixel_format: str
    is_hdr: bool
    audio_codec: str | None
    audio_profile: str
    bit_rate: int
    """Bits per second of the whole file."""

    @property
    def has_audio(self) -> bool:
        return self.audio_codec is not None

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)


def probe(*, source: Path, limits: ProbeLimits) -> MediaProbe:
    """Read a file through and return what it holds.

    Raises a subclass of MediaRefused when it cannot be published, FfmpegTimedOut when reading took
    longer than `limits.timeout_s`.
    """
    n_bytes = source.stat().st_size
    if n_bytes > limits.max_bytes:
        raise FileTooLarge(limit_bytes=limits.max_bytes)
    packets = _Packets(max_duration_ms=limits.max_duration_ms)
    dump = _read_packets(source, packets, limits)
    streams = dump[dump.rindex("Output #0,") :]
    video, audio = _described_streams(streams)
    duration_ms = packets.video_duration_ms()
    _check_duration(dump, max(packets.all_end_ms, duration_ms))
    width, height = _displayed_size(source, limits)
    _check_size(width, height)
    container = _INPUT.search(dump)
    return MediaProbe(
        container=container.group(1).split(",")[0] if container else "unknown",
        duration_ms=duration_ms,
        width=width,
        height=height,
        rotation=_rotation(streams),
        frame_rate=packets.frame_rate(),
        frame_rate_varies=packets.frame_rate_varies(),
        video_codec=video.codec,
        video_profile=video.profile,
        pixel_format=video.pixel_format,
        is_hdr=bool(_HDR_TRANSFERS.intersection(re.split(r"[/, ]+", video.colours))),
        audio_codec=audio.codec if audio else None,
        audio_profile=audio.profile if audio else "",
        bit_rate=n_bytes * 8000 // duration_ms,
    )


class _Stream(msgspec.Struct, frozen=True):
    codec: str
    profile: str
    pixel_format: str = ""
    colours: str = ""


class _Packets:
    """Adds up the lines of a framecrc listing; stream 0 is the picture, 1 the sound."""

    def __init__(self, *, max_duration_ms: int) -> None:
        self._max_duration_ms = max_duration_ms
        self._time_base: dict[int, float] = {}
        self._n_packets = 0
        self._n_frames = 0
        self._first_ms = math.inf
        self._end_ms = -math.inf
        self.all_end_ms = 0.0
        """Where the later of picture and sound ends."""
        self._presented_ms: list[float] = []

    def read(self, line: str) -> None:
        if line.startswith("#tb "):
            stream, _, base = line[4:].partition(": ")
            numerator, _, denominator = base.partition("/")
            self._time_base[int(stream)] = 1000 * int(numerator) / int(denominator)
        if not line or line.startswith("#"):
            return
        columns = [column.strip() for column in line.split(",")[:4]]
        stream_index, presented, lasts = int(columns[0]), int(columns[2]), int(columns[3])
        self._n_packets += 1
        ends_ms = (presented + lasts) * self._time_base[stream_index]
        self.all_end_ms = max(self.all_end_ms, ends_ms)
        if stream_index == 0:
            starts_ms = presented * self._time_base[0]
            self._n_frames += 1
            self._presented_ms.append(starts_ms)
            self._first_ms = min(self._first_ms, starts_ms)
            self._end_ms = max(self._end_ms, ends_ms)
            if starts_ms > self._max_duration_ms:
                raise VideoTooLong(limit_ms=self._max_duration_ms)
        if self._n_packets > _MOST_PACKETS_PER_S * (self._max_duration_ms / 1000 + 1):
            raise VideoUnreadable("More packets than any camera writes")

    def video_duration_ms(self) -> int:
        """From 0, or the first frame where that comes before, to the end of the last frame."""
        if self._n_frames == 0:
            raise VideoUnreadable("The picture is announced and has no frames")
        if self._n_frames == 1:
            raise NoPicture("The picture is a still")
        ends_ms = self._end_ms - min(self._first_ms, 0)
        presented = sorted(self._presented_ms)
        if presented[-1] >= self._end_ms:
            # Some containers leave out how long the last frame stays.
            ends_ms += (presented[-1] - presented[0]) / (self._n_frames - 1)
        duration_ms = round(ends_ms)
        if duration_ms > self._max_duration_ms:
            raise VideoTooLong(limit_ms=self._max_duration_ms)
        if duration_ms < SHORTEST_MS:
            raise VideoTooShort(limit_ms=SHORTEST_MS)
        return duration_ms

    def frame_rate(self) -> float:
        if self.frame_rate_varies():
            return round(1000 / self._gaps_ms()[(self._n_frames - 1) // 2], 3)
        return round(1000 * (self._n_frames - 1) / sum(self._gaps_ms()), 3)

    def frame_rate_varies(self) -> bool:
        """Whether some frame stays more than a tenth longer or shorter than the median one."""
        gaps = self._gaps_ms()
        median = gaps[(self._n_frames - 1) // 2]
        # A millisecond of slack: Matroska rounds every time to one.
        return gaps[-1] > median * 1.1 + 1 or gaps[0] < median * 0.9 - 1

    def _gaps_ms(self) -> list[float]:
        """Milliseconds between neighbouring frames, sorted; frames shown at once count as one apart."""
        presented = sorted(self._presented_ms)
        return sorted(max(after - before, 1.0) for before, after in pairwise(presented))


def _read_packets(source: Path, packets: _Packets, limits: ProbeLimits) -> str:
    dropped = ["-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"]
    try:
        return run_guarded(
            source=source,
            before_input=[],
            after_input=["-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", *dropped, "-f", "framecrc", "pipe:1"],
            on_line=packets.read,
            timeout_s=limits.timeout_s,
        )
    except FfmpegFailed as failure:
        if "matches no streams" in failure.messages:
            raise NoPicture from failure
        if "moov atom not found" in failure.messages or _INPUT.search(failure.messages):
            raise VideoUnreadable from failure
        raise NotAVideo from failure


def _described_streams(streams: str) -> tuple[_Stream, _Stream | None]:
    video: _Stream | None = None
    audio: _Stream | None = None
    for line in streams.splitlines():
        if video is None and (found := _VIDEO_LINE.match(line)):
            pixels = _PIXEL_FORMAT.search(found["rest"])
            if pixels is None:
                raise VideoUnreadable("The picture's format could not be told")
            video = _Stream(found["codec"], found["profile"] or "", pixels["format"], pixels["colours"] or "")
        elif audio is None and (found := _AUDIO_LINE.match(line)):
            audio = _Stream(found["codec"], found["profile"] or "")
    if video is None:
        raise NoPicture
    return video, audio


def _check_duration(dump: str, found_ms: float) -> None:
    announced = _DURATION.search(dump)
    if announced is None:
        return
    hours, minutes, seconds = announced.groups()
    announced_ms = round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
    if announced_ms - found_ms > max(_MISSING_MS, _MISSING_SHARE * announced_ms):
        raise VideoTruncated(announced_ms=announced_ms, found_ms=round(found_ms))


def _displayed_size(source: Path, limits: ProbeLimits) -> tuple[int, int]:
    """Decode one frame, let ffmpeg turn it and make its pixels square, and read its size."""
    size: list[tuple[int, int]] = []

    def read(line: str) -> None:
        if line.startswith("#dimensions 0: "):
            width, _, height = line.removeprefix("#dimensions 0: ").partition("x")
            size.append((int(width), int(height)))

    try:
        run_guarded(
            source=source,
            before_input=["-loglevel", "error"],
            after_input=["-map", "0:V:0", "-frames:v", "1", "-vf", "scale=iw*sar:ih", "-f", "framecrc", "pipe:1"],
            on_line=read,
            timeout_s=limits.timeout_s,
        )
    except FfmpegFailed as failure:
        raise VideoUnreadable from failure
    if not size:
        raise VideoUnreadable("No frame could be decoded")
    return size[0]


def _check_size(width: int, height: int) -> None:
    short, long = sorted((width, height))
    too_far = long > _LARGEST_SIDE or width * height > MAX_PIXELS
    if short < _SMALLEST_SIDE or too_far or long > short * _NARROWEST:
        raise DimensionsUnusual(width=width, height=height)


def _rotation(streams: str) -> int:
    """The first matrix under the picture; ffmpeg counts anticlockwise, we say how it is turned."""
    for line in streams.splitlines():
        if found := _ROTATION.match(line):
            return round(-float(found.group(1)) / 90) * 90 % 360
    return 0
