"""The array types that the chapter speaks of, and how they grow.

Items, tokens and neighbour rows are known inside the engine by a *slot*: a small number given in order of
arrival. Slots index NumPy arrays directly, and since nothing is ever computed from an outside id, renaming
every item or person changes no score.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
History = npt.NDArray[np.void]  # rows of histories.py: (key, h[horizon])

NO_SLOTS: Slots = np.zeros(0, dtype=np.int32)
NO_FLOATS: Floats = np.zeros(0, dtype=np.float64)

A = TypeVar("A", bound=npt.NDArray[Any])


def with_room(array: A, rows: int, *, empty: int = 0) -> A:
    """Return `array`, or a copy at least twice as long, so that row `rows - 1` exists; new rows hold `empty`."""
    if rows <= len(array):
        return array
    grown = np.full((max(rows, 2 * len(array), 64), *array.shape[1:]), empty, dtype=array.dtype)
    grown[: len(array)] = array
    return grown  # type: ignore[return-value]


def strongest(values: Floats, count: int) -> npt.NDArray[np.intp]:
    """Positions of the `count` greatest values, greatest first, equal values in order of position."""
    if len(values) > 4 * count > 0:
        # Everything that ties with the last place is kept until the stable sort, so equal scores cannot fall by chance.
        threshold = np.partition(values, len(values) - count)[len(values) - count]
        near = np.flatnonzero(values >= threshold)
        return near[np.argsort(-values[near], kind="stable")][:count]
    return np.argsort(-values, kind="stable")[:count]


@contextmanager
def accumulated(zeros: Floats, keys: Slots, values: Floats) -> Iterator[Floats]:
    """Inside the block `zeros` holds the sum of values (n,) by key (n,), afterwards zeros again.

    A dense scratch array kept between requests: a sum by sorting or hashing costs several times more.
    """
    np.add.at(zeros, keys, values)
    try:
        yield zeros
    finally:
        zeros[keys] = 0.0


def distinct(keys: Slots, scratch: Slots) -> Slots:
    """The keys (n,) without repetition, in order of their last place; scratch: any values, longer than every key."""
    places = np.arange(len(keys), dtype=np.int32)
    scratch[keys] = places
    last: Slots = keys[scratch[keys] == places]
    return last
