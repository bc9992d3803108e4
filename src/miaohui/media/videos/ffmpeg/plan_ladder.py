"""Which renditions a source is worth."""

from fractions import Fraction

import msgspec

from miaohui.media.videos.ffmpeg.picture import Size, size_for_short_side
from miaohui.media.videos.ffmpeg.probe import MediaProbe

GOP_S = 2
"""A player can change its rung, and a viewer can seek, every two seconds."""

CRF = 23
"""x264's default: even quality, so that a still drawing takes a tenth of a crowd's bytes."""

MAX_BIT_RATES = {360: 800_000, 540: 1_600_000, 720: 3_000_000}
"""Ceiling of the picture's bits per second at each short side, for scenes that CRF would let run away."""

AUDIO_BIT_RATE = 128_000
PROGRESSIVE_SHORT_SIDE = 540
"""The rung that is also written as one plain MP4: sharp on a phone, small enough to start at once."""

_WORTH_A_RUNG = 1.2
"""A source in between (480) gets a rung of its own size only when it is this much above the one below."""

_STANDARD_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1))
)


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One rendition to encode. `name` is its short side, such as 540p."""

    name: str
    size: Size
    max_bit_rate: int
    """Of the picture, in bits per second."""

    @property
    def short_side(self) -> int:
        return min(self.size.width, self.size.height)


class LadderPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All renditions of one video; the same frames and keyframes in each."""

    rungs: tuple[Rung, ...]
    """From small to large, at least one."""
    frame_rate: Fraction
    """Constant, also where the source's varies."""
    has_audio: bool

    @property
    def gop_frames(self) -> int:
        return max(round(GOP_S * self.frame_rate), 1)

    @property
    def progressive(self) -> Rung:
        """The largest rung that is not above PROGRESSIVE_SHORT_SIDE; the smallest never is."""
        return [rung for rung in self.rungs if rung.short_side <= PROGRESSIVE_SHORT_SIDE][-1]


def plan_ladder(*, media: MediaProbe, max_frame_rate: int = 30) -> LadderPlan:
    """Choose the rungs of 360, 540 and 720 that do not enlarge the source.

    A source below 360 keeps its size in a single rung; one between two rungs, such as 480, gets a
    rung of its own on top. Frames above `max_frame_rate` per second are left out: half of the work
    of a 60-fps clip, for motion that few notice on a phone.
    """
    short_sides = [side for side in MAX_BIT_RATES if side <= media.short_side]
    top = max(short_sides, default=0)
    if top < max(MAX_BIT_RATES) and media.short_side > top * _WORTH_A_RUNG:
        short_sides.append(media.short_side)
    return LadderPlan(
        rungs=tuple(_rung(media, side) for side in short_sides),
        frame_rate=_constant_rate(media.frame_rate, max_frame_rate),
        has_audio=media.has_audio,
    )


def _rung(media: MediaProbe, short_side: int) -> Rung:
    size = size_for_short_side(media, short_side)
    ceiling = next((rate for side, rate in MAX_BIT_RATES.items() if side >= short_side), max(MAX_BIT_RATES.values()))
    return Rung(name=f"{min(size.width, size.height)}p", size=size, max_bit_rate=ceiling)


def _constant_rate(average: float, highest: int) -> Fraction:
    """The standard rate within 1.5 % of the average, else the next whole one; at most `highest`."""
    near = [rate for rate in _STANDARD_RATES if abs(average / rate - 1) < 0.015]
    whole = Fraction(max(int(average + 0.999), 1))
    rate = min(near, key=lambda candidate: abs(average - candidate), default=whole)
    while rate > highest:
        # Halving keeps every second frame exactly; dropping to the limit would drop unevenly.
        rate /= 2
    return rate
