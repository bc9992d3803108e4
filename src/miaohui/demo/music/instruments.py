"""Small synthesizers: each turns a pitch or a hit into samples (mono, RATE per second, -1..1)."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48_000  # Hz; the K-weighting filters of ITU-R BS.1770 are given for this rate

_KEPT = 24
"""Notes that an instrument remembers: one tune's worth, at most 1.5 MB each."""

Sound: TypeAlias = NDArray[np.float64]
Voice: TypeAlias = Callable[[float, float], Sound]  # (frequency in Hz, seconds) -> samples


def pitch(note: int) -> float:
    """Frequency of a MIDI note number (69 is the A of 440 Hz), equal temperament."""
    return 440.0 * math.pow(2.0, (note - 69) / 12)


def _time(seconds: float) -> Sound:
    return np.arange(max(1, int(seconds * RATE))) / RATE


def _soft_ends(sound: Sound, *, attack_s: float, release_s: float) -> Sound:
    attack, release = int(attack_s * RATE), int(release_s * RATE)
    if 0 < attack < len(sound):
        sound[:attack] *= np.linspace(0, 1, attack)
    if 0 < release < len(sound):
        sound[-release:] *= np.linspace(1, 0, release)
    return sound


@lru_cache(maxsize=_KEPT)
def pluck(frequency: float, seconds: float) -> Sound:
    """A plucked string like a zither's: overtones that die sooner the higher they are."""
    t = _time(max(seconds, 0.9))
    sound = np.zeros_like(t)
    for overtone in range(1, 8):
        # Stiff strings are a little sharp in their overtones (Fletcher 1964).
        exact = frequency * overtone * math.sqrt(1 + 0.0004 * overtone**2)
        if exact < RATE / 2.2:
            decay = np.exp(-t * (2.2 + 1.4 * overtone))
            sound += np.sin(2 * math.pi * exact * t) * decay / overtone**1.15
    return _soft_ends(sound * 0.5, attack_s=0.002, release_s=0.05)


@lru_cache(maxsize=_KEPT)
def kalimba(frequency: float, seconds: float) -> Sound:
    """A thumb piano: a round tone with one inharmonic tine."""
    t = _time(max(seconds, 0.8))
    body = np.sin(2 * math.pi * frequency * t) * np.exp(-t * 4.5)
    tine = np.sin(2 * math.pi * frequency * 5.4 * t) * np.exp(-t * 22) * 0.28
    return _soft_ends((body + tine) * 0.6, attack_s=0.002, release_s=0.05)


@lru_cache(maxsize=_KEPT)
def bell(frequency: float, seconds: float) -> Sound:
    """Frequency modulation at ratio 3.5 with a fading index (Chowning 1973)."""
    t = _time(max(seconds, 1.6))
    index = 2.4 * np.exp(-t * 3)
    tone = np.sin(2 * math.pi * frequency * t + index * np.sin(2 * math.pi * frequency * 3.5 * t))
    return _soft_ends(tone * np.exp(-t * 2.4) * 0.45, attack_s=0.003, release_s=0.2)


@lru_cache(maxsize=_KEPT)
def flute(frequency: float, seconds: float) -> Sound:
    """A bamboo flute: few overtones, breath, vibrato that grows."""
    t = _time(seconds)
    vibrato = 0.006 * np.clip(t / 0.4, 0, 1) * np.sin(2 * math.pi * 5.2 * t)
    angle = 2 * math.pi * frequency * np.cumsum(1 + vibrato) / RATE
    tone = np.sin(angle) + 0.32 * np.sin(2 * angle) + 0.1 * np.sin(3 * angle)
    breath = np.random.default_rng(3).standard_normal(len(t)) * 0.03 * np.exp(-t * 6)
    return _soft_ends((tone * 0.34 + breath), attack_s=0.05, release_s=min(0.12, seconds / 3))


@lru_cache(maxsize=_KEPT)
def pad(frequency: float, seconds: float) -> Sound:
    """Three slightly detuned soft tones that swell and ebb."""
    t = _time(seconds)
    sound = np.zeros_like(t)
    for detune in (0.997, 1.0, 1.0035):
        angle = 2 * math.pi * frequency * detune * t
        sound += np.sin(angle) + 0.25 * np.sin(2 * angle) + 0.08 * np.sin(3 * angle)
    return _soft_ends(sound * 0.14, attack_s=seconds * 0.3, release_s=seconds * 0.35)


@lru_cache(maxsize=_KEPT)
def square(frequency: float, seconds: float) -> Sound:
    """The pulse wave of old sound chips, band-limited by summing odd overtones."""
    t = _time(seconds)
    sound = np.zeros_like(t)
    for overtone in (1, 3, 5, 7, 9, 11):
        if frequency * overtone < RATE / 2.2:
            sound += np.sin(2 * math.pi * frequency * overtone * t) / overtone
    return _soft_ends(sound * 0.3 * np.exp(-t * 2.0), attack_s=0.003, release_s=0.02)


@lru_cache(maxsize=_KEPT)
def bass(frequency: float, seconds: float) -> Sound:
    """A round bass; its second overtone keeps it audible on a phone's loudspeaker."""
    t = _time(seconds)
    angle = 2 * math.pi * frequency * t
    tone = np.sin(angle) + 0.5 * np.sin(2 * angle) + 0.22 * np.sin(3 * angle)
    return _soft_ends(tone * np.exp(-t * 2.2) * 0.5, attack_s=0.006, release_s=0.05)


@lru_cache(maxsize=_KEPT)
def accordion(frequency: float, seconds: float) -> Sound:
    """Two reeds a few cents apart."""
    t = _time(seconds)
    sound = np.zeros_like(t)
    for detune in (1.0, 1.006):
        for overtone in range(1, 7):
            sound += np.sin(2 * math.pi * frequency * detune * overtone * t) / overtone**1.3
    return _soft_ends(sound * 0.16, attack_s=0.03, release_s=min(0.08, seconds / 3))


@lru_cache(maxsize=8)
def drum(kind: str) -> Sound:
    """One hit: kick, snare, clap, hat, shaker, wood, gong or taiko."""
    rng = np.random.default_rng(17)
    if kind in ("kick", "taiko"):
        low, length, fall = (48, 0.32, 26) if kind == "kick" else (72, 0.6, 12)
        t = _time(length)
        sweep = np.cumsum(low + 110 * np.exp(-t * 38)) / RATE
        return np.sin(2 * math.pi * sweep) * np.exp(-t * fall / 2.6)
    if kind == "wood":
        t = _time(0.12)
        tone = np.sin(2 * math.pi * 980 * t) + 0.5 * np.sin(2 * math.pi * 1490 * t)
        return tone * np.exp(-t * 46) * 0.5
    if kind == "gong":
        t = _time(2.4)
        parts = (1.0, 1.41, 1.93, 2.57, 3.11)
        strike = np.zeros_like(t)
        for part in parts:
            strike += np.sin(2 * math.pi * 168 * part * t + part) / part
        return strike * np.exp(-t * 1.7) * np.clip(t / 0.01, 0, 1) * 0.4
    length, fall, gain = {
        "snare": (0.22, 22, 0.5),
        "clap": (0.2, 24, 0.5),
        "hat": (0.07, 70, 0.3),
        "shaker": (0.09, 40, 0.22),
    }[kind]
    t = _time(length)
    noise = rng.standard_normal(len(t))
    bright = np.diff(noise, prepend=0.0)
    sound = bright if kind in ("hat", "shaker") else noise * 0.6 + bright * 0.3
    envelope = np.exp(-t * fall)
    if kind == "clap":
        envelope *= 0.4 + 0.6 * (np.sin(2 * math.pi * 70 * t) > 0) * (t < 0.04) + 0.3 * (t >= 0.04)
    if kind == "shaker":
        envelope *= np.clip(t / 0.03, 0, 1)
    if kind == "snare":
        sound = sound + np.sin(2 * math.pi * 190 * t) * 1.2
    return sound * envelope * gain
