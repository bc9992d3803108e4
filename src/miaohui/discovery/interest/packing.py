"""How a person lies in memory between two acts, and in a snapshot: one string of bytes.

    numbers     clocks, counts, habit, and how many rows follow
    histories   keys (int32), then weights of three bytes, then votes of one
    seen        by shelf the gaps between sorted slots, seven bits to a byte, then the newest as they came (int32)
    hidden      int32

A weight is a float32 without its last byte: 16 significant bits, 1 in 65,000. They are rounded when they are written
(`short`), not when they are packed, so that packing loses nothing and may happen at any moment, or never.

Bytes, since an array of NumPy costs 112 bytes before its first number, and five of them with eight Python numbers
cost more than most people's whole past. Gaps as in inverted files: Witten, Moffat and Bell, "Managing Gigabytes", 1999.
"""

import struct
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from miaohui.discovery.interest.arrays import NO_SLOTS, History, Slots

Singles = npt.NDArray[np.float32]

WEIGHT_BYTES = 3
# Half a unit of the last place that is kept, and everything but the byte that is not.
_HALF, _KEPT = np.uint32(0x80), np.uint32(0xFFFFFF00)


class Numbers(NamedTuple):
    """What stands before the rows."""

    clock_ms: int
    base_ms: int
    habit: float
    clips: int
    base_clips: int
    last_item: int
    watches: int
    hidden: int
    items: int
    tokens: int
    wishes: int
    recent: int
    shelves: int
    paused: bool


_LONGER_FROM = np.array([1 << 7, 1 << 14, 1 << 21, 1 << 28])
HEAD = struct.Struct("<qqdiiiiIHHHHH?")
SHELF = struct.Struct("<II")


def short(weights: npt.NDArray[np.floating]) -> Singles:
    """Weights as three bytes hold them, any shape: rounded to 16 significant bits, halves away from zero."""
    bits = np.ascontiguousarray(weights, dtype=np.float32).view(np.uint32)
    rounded: Singles = ((bits + _HALF) & _KEPT).view(np.float32)
    return rounded


def packed_history(history: History) -> bytes:
    """Rows of histories.py as bytes; their weights must be `short`."""
    if len(history) == 0:
        return b""
    # The least significant byte stands first, and is 0.
    weights = np.ascontiguousarray(history["h"], dtype="<f4").view(np.uint8).reshape(-1, 4)[:, 1:]
    votes = history["vote"].tobytes() if "vote" in (history.dtype.names or ()) else b""
    return history["key"].tobytes() + weights.tobytes() + votes


def unpacked_history(data: bytes, start: int, rows: int, dtype: np.dtype[Any], empty: History) -> tuple[History, int]:
    """What `packed_history` made of so many rows, and where it ends."""
    if rows == 0:
        return empty, start
    history = np.zeros(rows, dtype=dtype)
    history["key"] = np.frombuffer(data, "<i4", rows, start)
    start += 4 * rows
    shape = history["h"].shape
    n_weights = shape[0] * shape[1]
    weights = np.zeros((n_weights, 4), dtype=np.uint8)
    weights[:, 1:] = np.frombuffer(data, np.uint8, n_weights * WEIGHT_BYTES, start).reshape(-1, WEIGHT_BYTES)
    history["h"] = weights.view("<f4").reshape(shape)
    start += n_weights * WEIGHT_BYTES
    if "vote" in (dtype.names or ()):
        history["vote"] = np.frombuffer(data, np.uint8, rows, start)
        start += rows
    return history, start


def packed_slots(slots: Slots) -> bytes:
    """Rising slots (n,) by their gaps, each in as many bytes of seven bits as it needs, low bits first."""
    gaps = np.diff(slots, prepend=np.int32(0)).astype(np.int64)
    lengths = np.searchsorted(_LONGER_FROM, gaps, side="right") + 1
    which = np.repeat(np.arange(len(gaps)), lengths)
    place = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    more = place < lengths[which] - 1
    return ((gaps[which] >> 7 * place & 127) | (more << 7)).astype(np.uint8).tobytes()


def unpacked_slots(data: bytes, start: int, size: int) -> Slots:
    """What `packed_slots` made into `size` bytes."""
    if size == 0:
        return NO_SLOTS
    raw = np.frombuffer(data, np.uint8, size, start).astype(np.int64)
    begins = np.flatnonzero(np.concatenate([[True], raw[:-1] < 128]))
    place = np.arange(size) - np.repeat(begins, np.diff(begins, append=size))
    slots: Slots = np.cumsum(np.add.reduceat((raw & 127) << 7 * place, begins)).astype(np.int32)
    return slots
