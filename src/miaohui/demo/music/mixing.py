"""Room, level and ceiling."""

import math
from functools import lru_cache

import numpy as np
from scipy import signal

from miaohui.demo.music.instruments import RATE, Sound

TARGET_LUFS = -16.0
_CEILING = 0.85  # -1.4 dBFS: room for the overshoot of AAC


def reverberate(tune: Sound, *, share: float, count: int, seed: int) -> Sound:
    """Add a small hall; its end wraps round to the beginning."""
    if share <= 0:
        return tune
    room = _room(seed)
    wet = np.stack([np.asarray(signal.fftconvolve(tune[:, side], room[:, side])) for side in (0, 1)], axis=1)
    folded = wet[:count].copy()
    rest = wet[count:]
    overlap = min(len(rest), count)
    folded[:overlap] += rest[:overlap]
    return tune * (1 - 0.4 * share) + folded * share


@lru_cache(maxsize=4)
def _room(seed: int) -> Sound:
    """Exponentially fading noise, darker with time: a usual model of a diffuse room (Moorer 1979)."""
    rng = np.random.default_rng(seed)
    count = int(1.1 * RATE)
    t = np.arange(count) / RATE
    noise = rng.standard_normal((count, 2)) * np.exp(-t * 5.2)[:, None]
    sos = signal.butter(1, 4200, btype="lowpass", fs=RATE, output="sos")
    room = np.asarray(signal.sosfilt(sos, noise, axis=0), dtype=np.float64)
    room[: int(0.012 * RATE)] = 0
    return room / math.sqrt(float(np.sum(room**2)) / 2) * 0.9


def loudness(sound: Sound) -> float:
    """Ungated loudness in LUFS of stereo sound at 48 kHz (ITU-R BS.1770-4, annex 1)."""
    shelf = np.array(
        [[1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585]]
    )
    highpass = np.array([[1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]])
    weighted = signal.sosfilt(np.concatenate([shelf, highpass]), sound, axis=0)
    power = float(np.sum(np.mean(np.asarray(weighted) ** 2, axis=0)))
    return -0.691 + 10 * math.log10(max(power, 1e-12))


def master(tune: Sound, bed: Sound) -> Sound:
    """Mix tune and bed to TARGET_LUFS under a soft ceiling; float32 would do for the encoder."""
    mixed = tune * 10 ** ((TARGET_LUFS - loudness(tune)) / 20) + bed
    # Limiting takes loudness away; a second pass makes up for most of it.
    for _ in range(2):
        mixed = mixed * 10 ** ((TARGET_LUFS - loudness(mixed)) / 20)
        mixed = np.tanh(mixed / _CEILING) * _CEILING
    return mixed
