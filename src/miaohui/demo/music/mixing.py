"""Room, level and ceiling.

Everything is done on the spectrum: multiplied there, sound wraps round its end, which is what a clip
that repeats needs. It also spares the import of scipy.signal, a second of a cold start.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from miaohui.demo.music.instruments import RATE, Sound

TARGET_LUFS = -16.0
_CEILING = 0.85  # -1.4 dBFS: room for the overshoot of AAC


def filter_band(sound: Sound, *, low_hz: float = 0.0, high_hz: float = math.inf) -> Sound:
    """Keep a band of stereo sound, with the slopes of a second-order Butterworth filter and no delay."""
    spectrum = np.fft.rfft(sound, axis=0)
    frequency = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1e-3)
    gain = 1 / np.sqrt((1 + (low_hz / frequency) ** 4) * (1 + (frequency / high_hz) ** 4))
    return np.fft.irfft(spectrum * gain[:, None], n=len(sound), axis=0)


def reverberate(tune: Sound, *, share: float, seed: int) -> Sound:
    """Add a small hall; its end wraps round to the beginning."""
    if share <= 0:
        return tune
    room = _room(seed)
    if len(room) > len(tune):
        room = room[: len(tune)]
    response = np.fft.rfft(room, n=len(tune), axis=0)
    wet = np.fft.irfft(np.fft.rfft(tune, axis=0) * response, n=len(tune), axis=0)
    return tune * (1 - 0.4 * share) + wet * share


@lru_cache(maxsize=4)
def _room(seed: int) -> Sound:
    """Exponentially fading noise, darker with time: a usual model of a diffuse room (Moorer 1979)."""
    rng = np.random.default_rng(seed)
    count = int(1.1 * RATE)
    t = np.arange(count) / RATE
    room = filter_band(rng.standard_normal((count, 2)), high_hz=4200) * np.exp(-t * 5.2)[:, None]
    room[: int(0.012 * RATE)] = 0
    return room / math.sqrt(float(np.sum(room**2)) / 2) * 0.9


# ITU-R BS.1770-4, tables 1 and 2: the shelf of the head, then the high-pass; (b, a), for 48 kHz.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGHPASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def loudness(sound: Sound) -> float:
    """Ungated loudness in LUFS of stereo sound at 48 kHz (ITU-R BS.1770-4, annex 1)."""
    count = len(sound)
    power = np.abs(np.fft.rfft(sound, axis=0)) ** 2
    # Parseval: the bins between the first and the last stand for two each.
    power[1 : (count + 1) // 2] *= 2
    weighted = float(np.sum(power * _weighting(count)[:, None])) / count**2
    return -0.691 + 10 * math.log10(max(weighted, 1e-12))


@lru_cache(maxsize=2)
def _weighting(count: int) -> NDArray[np.float64]:
    """Squared gain of the K-weighting at each bin of `count` samples."""
    delay = np.exp(-2j * math.pi * np.fft.rfftfreq(count))
    gain = np.ones(len(delay))
    for numerator, denominator in (_SHELF, _HIGHPASS):
        above, below = (b[0] + b[1] * delay + b[2] * delay**2 for b in (numerator, denominator))
        gain *= np.abs(above / below) ** 2
    return gain


def master(tune: Sound, bed: Sound) -> Sound:
    """Mix tune and bed to TARGET_LUFS under a soft ceiling; float32 would do for the encoder."""
    mixed = tune * 10 ** ((TARGET_LUFS - loudness(tune)) / 20) + bed
    # Limiting takes loudness away; a second pass makes up for most of it.
    for _ in range(2):
        mixed = mixed * 10 ** ((TARGET_LUFS - loudness(mixed)) / 20)
        mixed = np.tanh(mixed / _CEILING) * _CEILING
    return mixed
