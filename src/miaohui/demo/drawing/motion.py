"""Easing and periodic motion: pure functions of a number, shared by all drawn worlds."""

import math
from typing import NamedTuple


class Moment(NamedTuple):
    """One instant of a clip, as the drawing code sees it."""

    phase: float  # 0..1 through the cycle; everything but the lettering repeats with it
    verse: int  # 0 shows the title in the clip's leading language, 1 in the other
    second: float  # seconds since the verse began
    span: float  # seconds that a verse lasts
    beats: int  # beats of the music in one cycle

    @property
    def beat(self) -> float:
        """Beats since the cycle began, with its fraction."""
        return self.phase * self.beats


def clamp(x: float, low: float = 0.0, high: float = 1.0) -> float:
    """x, or the bound that it passes."""
    return max(low, min(high, x))


def ease_out(x: float) -> float:
    """Fast, then settling (cubic)."""
    return 1 - (1 - clamp(x)) ** 3


def ease_in_out(x: float) -> float:
    """Slow at both ends (smoothstep)."""
    x = clamp(x)
    return x * x * (3 - 2 * x)


def overshoot(x: float, strength: float = 1.7) -> float:
    """Past the mark and back (Penner's "back" easing); 0 at 0, 1 at 1."""
    x = clamp(x) - 1
    return 1 + (strength + 1) * x**3 + strength * x**2


def wave(phase: float, cycles: int = 1, offset: float = 0.0) -> float:
    """A sine in -1..1 which closes on itself after phase 1; offset in turns."""
    return math.sin(2 * math.pi * (phase * cycles + offset))


def hop(x: float) -> float:
    """Height 0..1 of a ball thrown at 0 and caught at 1; repeats for every whole x."""
    x %= 1.0
    return 4 * x * (1 - x)


def kick(beat: float, decay: float = 4.0) -> float:
    """1 on each beat, fading before the next: what the drum looks like."""
    return math.exp(-decay * (beat % 1.0))


def squash(height: float, depth: float = 0.16) -> tuple[float, float]:
    """Stretch (x, y) of something soft: wide on the ground (height 0), tall in the air (1)."""
    landing = clamp(1 - height * 5)
    flying = clamp(height)
    return (
        1 + depth * landing - 0.4 * depth * flying,
        1 - depth * landing + 0.4 * depth * flying,
    )


def arrive(moment: Moment, *, delay: float = 0.0, over: float = 0.45) -> float:
    """0..1 for something that comes in `delay` seconds after the verse began."""
    return clamp((moment.second - delay) / over)


def leave(moment: Moment, *, over: float = 0.3) -> float:
    """1 until shortly before the verse ends, then down to 0."""
    return clamp((moment.span - moment.second) / over)
