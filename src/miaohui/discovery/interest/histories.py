"""Decayed sparse histories: a person's past as a few rows that fade.

For a key k (an item, or a token) and a horizon with half-life H, the history after n clips is

    h_H[k] = sum over acts a on k of  w_a * 2^(-(n - n_a) / H)

and likewise with milliseconds in place of clips for the horizon of the wall clock. Fading every row at every
act would cost the whole table; instead the unit shrinks. Stored is

    u_H[k] = h_H[k] * 2^((n - base) / H)       so that an act adds   w * 2^((n - base) / H)

to its own rows and touches no other: observing is one addition. When n runs 32 half-lives of the shortest
horizon past `base`, all rows are rescaled once and base moves on (float32 has room for 127).

A history is a structured array of shape (n_keys,), dtype (key int32, h float32[n_horizons]), exactly as long as
it needs to be. Its length is bounded: the rows of least present strength go. Weights are rounded to 16 significant
bits whenever they are written, so that at rest (packing.py) a row of five horizons takes 19 bytes.
The trick of the shrinking unit is forward decay: Cormode et al., ICDE 2009, section 3.
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.arrays import Flags, Floats, History, Slots
from miaohui.discovery.interest.packing import short
from miaohui.discovery.interest.weights import Memory

REBASE_AT_HALF_LIVES = 32.0


# One dtype for all people: a structured dtype weighs as much as many rows.
@cache
def history_dtype(horizons: int) -> np.dtype[np.void]:
    return np.dtype([("key", "<i4"), ("h", "<f4", (horizons,))])


@cache
def item_history_dtype(horizons: int) -> np.dtype[np.void]:
    """Rows of items also hold `vote`, in 255ths: how much this person has already counted for the item with others."""
    return np.dtype([("key", "<i4"), ("h", "<f4", (horizons,)), ("vote", "u1")])


class Units(NamedTuple):
    """What one unit stands for at a moment, by horizon.

    growing: what an act of worth 1 adds, 2^x for x half-lives since the base; finite, since the base moves on in time.
    left: what is left of a stored 1, 2^-x; far past the range of floats it is 0, never an error.
    """

    growing: Floats
    left: Floats


class Age:
    """How far a person has come since the base of their units.

    clips, base_clips: clips acted upon; clock_ms, base_ms: ms since the epoch. The clock never goes back.
    """

    __slots__ = ("base_clips", "base_ms", "clips", "clock_ms")

    def __init__(self, *, clips: int, base_clips: int, clock_ms: int, base_ms: int) -> None:
        self.clips = clips
        self.base_clips = base_clips
        self.clock_ms = clock_ms
        self.base_ms = base_ms

    def left(self, memory: Memory, now_ms: int) -> Floats:
        """What is left of a stored 1, by horizon, the wall clock last."""
        clips, elapsed_ms = self._since_base(now_ms)
        fading = [2.0 ** (-clips / half_life) for half_life in memory.half_lives_clips]
        fading.append(2.0 ** (-elapsed_ms / memory.half_life_ms))
        return np.array(fading)

    def wishes_left(self, memory: Memory, now_ms: int) -> Floats:
        _, elapsed_ms = self._since_base(now_ms)
        return np.array([2.0 ** (-elapsed_ms / memory.wish_half_life_ms)])

    def is_far(self, memory: Memory) -> bool:
        """Whether the units have grown so much that the base should move on."""
        clips, elapsed_ms = self._since_base(self.clock_ms)
        return clips >= REBASE_AT_HALF_LIVES * min(memory.half_lives_clips) or elapsed_ms >= REBASE_AT_HALF_LIVES * min(
            memory.half_life_ms, memory.wish_half_life_ms
        )

    def _since_base(self, now_ms: int) -> tuple[int, int]:
        return self.clips - self.base_clips, max(now_ms, self.clock_ms) - self.base_ms


def units(left: Floats) -> Units:
    return Units(growing=1.0 / left, left=left)


@cache
def no_history(dtype: np.dtype[np.void]) -> History:
    """The empty history, shared by everybody who has none; never written to, having no rows."""
    return np.zeros(0, dtype=dtype)


def rescaled(history: History, left: Floats) -> None:
    """This will multiply every row in place by `left`, shape (n_horizons,)."""
    if len(history):
        history["h"] = short(history["h"] * left.astype(np.float32))


def added(history: History, *, keys: Slots, amounts: Floats, growing: Floats) -> History:
    """This will add amounts[i] * growing to the rows of keys[i], appending rows for new keys, and return the history.

    keys (n,) are distinct. The given history may be changed in place.
    """
    if len(history) == 0:
        known: Flags = np.zeros(len(keys), dtype=bool)
    else:
        equal: Flags = history["key"] == keys[:, None]
        known, where = np.asarray(equal.any(axis=1)), equal.argmax(axis=1)
        if known.any():
            rows = where[known]
            history["h"][rows] = short(history["h"][rows] + (amounts[known, None] * growing).astype(np.float32))
    if known.all():
        return history
    # Filled by hand: np.concatenate compares dtypes field by field, which costs more than the copy.
    grown = np.zeros(len(history) + len(keys) - int(known.sum()), dtype=history.dtype)
    grown[: len(history)] = history
    grown["key"][len(history) :] = keys[~known]
    grown["h"][len(history) :] = short(amounts[~known, None] * growing)
    return grown


def bounded(
    history: History, *, rows: int, left: Floats, protected: Slots, importance: npt.NDArray[np.floating] | None = None
) -> History:
    """This will keep the `rows` strongest keys, in their order.

    Strength is the sum over horizons of |h| at present, times importance (n_keys,) where given. Keys in `protected`
    stay: a mind full of strong memories must still hear what happens now.
    """
    if len(history) <= rows:
        return history
    strength: Floats = (np.abs(history["h"]) * left).sum(axis=1)
    if importance is not None:
        strength *= importance
    strength[(history["key"][:, None] == protected).any(axis=1)] = math.inf
    keep = np.argsort(-strength, kind="stable")[:rows]
    return history[np.sort(keep)]


def present(history: History, left: Floats) -> Floats:
    """The history in present units, shape (n_keys, n_horizons)."""
    return history["h"] * left
