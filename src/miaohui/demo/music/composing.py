"""A short tune from a style and a seed: chords, bass, melody and drums that fit the picture's beat."""

import random
from typing import NamedTuple

import numpy as np

from miaohui.demo.music.ambience import Place, make_ambience
from miaohui.demo.music.instruments import (
    RATE,
    Sound,
    Voice,
    bass,
    drum,
    pad,
    pitch,
)
from miaohui.demo.music.mixing import master, reverberate


class Style(NamedTuple):
    """What the tunes of one topic have in common."""

    root: int  # MIDI note of the tonic
    scale: tuple[int, ...]  # semitones above the tonic
    chords: tuple[tuple[int, ...], ...]  # per half cycle, as degrees of the scale
    lead: Voice
    drums: dict[str, str]  # instrument -> one sign per half beat over four beats, x hits
    place: Place
    lively: float  # 0..1: how many half beats of the melody sound
    rooms: float = 0.25  # share of reverberation
    warm: bool = True  # a pad under the chords
    octave: int = 12  # where the melody lies above the tonic
    ambience: float = 1.0


class _Event(NamedTuple):
    beat: float
    sound: Sound
    gain: float
    pan: float  # 0 left, 1 right


def compose_music(style: Style, *, cycle_s: float, beats: int, verses: int, seed: int) -> Sound:
    """A tune of exactly `verses` cycles, shape (samples, 2), at -16 LUFS, never above -1.4 dBFS.

    The reverberation of the end is folded onto the beginning, so that a player that repeats
    the clip repeats the tune without a gap. Same arguments, same samples.
    """
    rng = random.Random(seed)
    beat_s = cycle_s / beats
    count = round(verses * cycle_s * RATE)
    events: list[_Event] = []
    motif = _invent(style, rng, beats)
    answer = _vary(motif, style, rng)
    for verse in range(verses):
        start = verse * beats
        phrase = motif if verse % 2 == 0 else answer
        if verse == verses - 1 and verses > 2:
            phrase = _vary(motif, style, rng)
        events += _play_melody(phrase, style, start, beat_s)
        events += _play_harmony(style, start, beats, beat_s)
        events += _play_drums(style, start, beats, thin=verse == 0 and verses > 2)
    tune = _lay(events, beat_s, count)
    tune = reverberate(tune, share=style.rooms, seed=5)
    bed = make_ambience(style.place, count=count, seed=seed)
    return master(tune, bed * style.ambience)


def _invent(style: Style, rng: random.Random, beats: int) -> list[tuple[float, int, float]]:
    """A melody of (beat, degree, length in beats): a walk that likes small steps and chord tones."""
    degree = rng.choice((0, 2, 4))
    notes = []
    position = 0.0
    while position < beats:
        strong = position % 2 == 0
        length = rng.choice((0.5, 1.0, 1.0, 1.5) if strong else (0.5, 0.5, 1.0))
        length = min(length, beats - position)
        if strong or rng.random() < style.lively:
            chord = style.chords[int(position * len(style.chords) / beats) % len(style.chords)]
            if strong:
                degree = min(
                    (d + 5 * o for d in chord for o in (0, 1)), key=lambda d: abs(d - degree) + rng.random() * 2
                )
            else:
                degree += rng.choice((-2, -1, -1, 1, 1, 2))
            degree = max(-1, min(8, degree))
            notes.append((position, degree, length))
        position += length
    return notes


def _vary(motif: list[tuple[float, int, float]], style: Style, rng: random.Random) -> list[tuple[float, int, float]]:
    """The same rhythm with a changed second half that comes home."""
    half = len(motif) // 2
    varied = motif[:half]
    for position, degree, length in motif[half:]:
        varied.append((position, max(-1, min(8, degree + rng.choice((-1, 0, 1)))), length))
    position, _, length = varied[-1]
    varied[-1] = (position, rng.choice((0, 5)), max(length, 1.0))
    return varied


def _note(style: Style, degree: int) -> int:
    octave, step = divmod(degree, len(style.scale))
    return style.root + 12 * octave + style.scale[step]


def _play_melody(phrase: list[tuple[float, int, float]], style: Style, start: int, beat_s: float) -> list[_Event]:
    events = []
    for position, degree, length in phrase:
        sound = style.lead(pitch(_note(style, degree) + style.octave), round(length * beat_s, 3))
        accent = 1.0 if position % 2 == 0 else 0.8
        events.append(_Event(start + position, sound, 0.62 * accent, 0.42 + 0.03 * (degree % 5)))
    return events


def _play_harmony(style: Style, start: int, beats: int, beat_s: float) -> list[_Event]:
    events = []
    span = beats / len(style.chords)
    for number, chord in enumerate(style.chords):
        at = start + number * span
        low = _note(style, chord[0]) - 12
        for half in range(int(span)):
            if half % 2 == 0 or style.lively > 0.6:
                events.append(_Event(at + half, bass(pitch(low), round(beat_s * 0.95, 3)), 0.5, 0.5))
        if style.warm:
            for voice, degree in enumerate(chord):
                sound = pad(pitch(_note(style, degree)), round(span * beat_s, 3))
                events.append(_Event(at, sound, 0.42, 0.25 + 0.25 * voice))
    return events


def _play_drums(style: Style, start: int, beats: int, *, thin: bool) -> list[_Event]:
    gains = {
        "kick": 0.75,
        "taiko": 0.7,
        "snare": 0.4,
        "clap": 0.42,
        "hat": 0.34,
        "shaker": 0.4,
        "wood": 0.35,
        "gong": 0.4,
    }
    events = []
    for kind, pattern in style.drums.items():
        if thin and kind in ("hat", "shaker", "clap"):
            continue
        for half in range(beats * 2):
            if pattern[half % len(pattern)] == "x":
                pan = 0.5 if kind in ("kick", "taiko", "snare") else 0.64
                events.append(_Event(start + half / 2, drum(kind), gains[kind], pan))
    return events


def _lay(events: list[_Event], beat_s: float, count: int) -> Sound:
    """Add all sounds into one stereo stream; what outlasts the end wraps to the beginning."""
    tail = 3 * RATE
    stream = np.zeros((count + tail, 2))
    for event in events:
        at = round(event.beat * beat_s * RATE)
        room = min(len(event.sound), len(stream) - at)
        # Equal-power panning.
        sides = np.sqrt(np.array([1 - event.pan, event.pan])) * event.gain
        stream[at : at + room] += event.sound[:room, None] * sides
    overlap = min(tail, count)
    stream[:overlap] += stream[count : count + overlap]
    return stream[:count]
