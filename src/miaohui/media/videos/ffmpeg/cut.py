"""Which part of a source becomes the video."""

import msgspec

from miaohui.media.videos.ffmpeg.probe import SHORTEST_MS, MediaProbe
from miaohui.media.videos.ffmpeg.refusals import CutUnusable


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """From `start_ms` up to `end_ms` of the source's own time, and where its cover is taken."""

    start_ms: int
    end_ms: int
    cover_ms: int

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms

    @property
    def start_s(self) -> str:
        return f"{self.start_ms / 1000:.3f}"

    @property
    def duration_s(self) -> str:
        return f"{self.duration_ms / 1000:.3f}"


def choose_cut(*, media: MediaProbe, start_ms: int | None, end_ms: int | None, cover_ms: int | None) -> Cut:
    """Fit a person's choice, in milliseconds of the source, to what the source holds.

    None means the beginning, the end, and for the cover the beginning of the cut. An end that lies
    up to 100 ms behind the last frame is the last frame: browsers round a duration upwards.
    Raises CutUnusable.
    """
    start = start_ms or 0
    end = media.duration_ms if end_ms is None else min(end_ms, media.duration_ms)
    cover = start if cover_ms is None else cover_ms
    beyond = end_ms is not None and end_ms > media.duration_ms + 100
    if start < 0 or beyond or end - start < SHORTEST_MS or not start <= cover <= end + 100:
        raise CutUnusable(duration_ms=media.duration_ms)
    return Cut(start_ms=start, end_ms=end, cover_ms=min(cover, end))


def is_whole(cut: Cut, media: MediaProbe) -> bool:
    """Whether the cut takes the source from its first to its last frame."""
    return cut.start_ms == 0 and cut.end_ms >= media.duration_ms
