"""The sound of a place under the music: stereo noise shaped by filters, endless by design."""

import math
from typing import Literal, TypeAlias

import numpy as np

from miaohui.demo.music.instruments import RATE, Sound
from miaohui.demo.music.mixing import filter_band

Place: TypeAlias = Literal["sizzle", "water", "purr", "night", "wind", "space", "crowd", "birds", "street", "hum"]


def make_ambience(place: Place, *, count: int, seed: int) -> Sound:
    """`count` stereo samples, shape (count, 2), about -26 dBFS."""
    rng = np.random.default_rng(seed)
    t = np.arange(count) / RATE
    if place == "purr":
        bed = _band(rng, count, 60, 420) * (0.55 + 0.45 * np.sin(2 * math.pi * 24 * t))[:, None]
        return _level(bed * _slow(rng, count, 0.4)[:, None])
    if place == "hum":
        mains = sum(np.sin(2 * math.pi * 50 * k * t) / k for k in (2, 3, 4))
        return _level(np.repeat(np.asarray(mains)[:, None], 2, axis=1) * 0.4 + _band(rng, count, 2000, 6000) * 0.3)
    if place == "night":
        return _level(_crickets(t) + _band(rng, count, 200, 900) * 0.25)
    if place == "birds":
        return _level(_chirps(rng, count) + _band(rng, count, 300, 1500) * 0.12)
    low, high, swell = {
        "sizzle": (2500, 9000, 0.2),
        "water": (250, 1600, 0.35),
        "wind": (120, 700, 0.8),
        "space": (60, 380, 0.6),
        "crowd": (250, 2200, 0.4),
        "street": (90, 800, 0.5),
    }[place]
    bed = _band(rng, count, low, high) * _slow(rng, count, swell)[:, None]
    if place == "sizzle":  # fat that spits
        bed += _band(rng, count, 3000, 12000) * (rng.random(count) > 0.9994)[:, None] * 14
    return _level(bed)


def _band(rng: np.random.Generator, count: int, low: float, high: float) -> Sound:
    return filter_band(rng.standard_normal((count, 2)), low_hz=low, high_hz=high)


def _slow(rng: np.random.Generator, count: int, depth: float) -> Sound:
    """A gain that wanders around 1, with a new target about every 0.4 s."""
    steps = max(4, count // (RATE * 2 // 5))
    targets = 1 + depth * (rng.random(steps) - 0.5)
    return np.interp(np.linspace(0, steps, count), np.arange(steps), targets)


def _crickets(t: Sound) -> Sound:
    pair = []
    for tone, rate, offset in ((4300.0, 1.9, 0.0), (4650.0, 1.6, 0.31)):
        burst = (np.sin(2 * math.pi * rate * t + offset * 9) > 0.55) * 1.0
        trill = np.sin(2 * math.pi * 42 * t) * 0.5 + 0.5
        pair.append(np.sin(2 * math.pi * tone * t) * burst * trill)
    return np.stack(pair, axis=1) * 0.8


def _chirps(rng: np.random.Generator, count: int) -> Sound:
    bed = np.zeros((count, 2))
    for _ in range(max(2, count // RATE)):
        length = int(RATE * rng.uniform(0.06, 0.16))
        start = int(rng.integers(0, max(1, count - 5 * length)))
        t = np.arange(length) / RATE
        tone = rng.uniform(2400, 4200)
        sweep = np.sin(2 * math.pi * (tone * t + 900 * np.sin(2 * math.pi * 9 * t) / 9))
        note = sweep * np.sin(math.pi * np.arange(length) / length)
        pan = rng.random()
        for repeat in range(int(rng.integers(1, 4))):
            at = start + round(repeat * length * 1.3)
            bed[at : at + length] += note[: count - at, None] * np.array([1 - pan, pan])
    return bed


def _level(bed: Sound) -> Sound:
    power = math.sqrt(float(np.mean(bed**2))) or 1.0
    return bed * (0.05 / power)
