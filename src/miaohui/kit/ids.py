"""63-bit identifiers that sort by the time of their making.

Layout, high to low: 41 bits of milliseconds since 2024-01-01 (enough until 2093), 22 bits that count
up from a random start within a millisecond. A signed 64-bit column holds them in both databases.
In JSON they are decimal strings, because a JavaScript number keeps only 53 bits.
"""

import secrets
import threading
import time
from typing import Annotated

import msgspec

from miaohui.kit.errors import NotFound

_EPOCH_MS = 1_704_067_200_000
_COUNTER_BITS = 22
_COUNTER_MAX = (1 << _COUNTER_BITS) - 1
MAX_ID = (1 << 63) - 1

Id = Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]{0,18}$", description="63-bit id as a decimal string")]
"""The type of an id in a request or an answer."""


class _Sequence:
    """Counts ids within one process; never repeats and never goes back, even when the clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self, now_ms: int) -> int:
        # Half of the counter is left to count up in, so that 2 million ids fit into one millisecond.
        fresh = (max(now_ms - _EPOCH_MS, 0) << _COUNTER_BITS) | secrets.randbelow(_COUNTER_MAX // 2)
        with self._lock:
            self._last = max(fresh, self._last + 1)
            return self._last


_sequence = _Sequence()


def new_id() -> int:
    """Return an id that is greater than every earlier one of this process.

    Two processes that draw in the same millisecond collide with a chance of one in 2 million; the
    primary key then refuses the second insert, so nothing is overwritten.
    """
    return _sequence.next(time.time_ns() // 1_000_000)


def format_id(value: int) -> str:
    """Return the JSON form of an id."""
    return str(value)


def parse_id(text: str) -> int:
    """Return the number behind an id's JSON form; whatever cannot be an id is simply not found."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise NotFound
    value = int(text)
    if not 0 < value <= MAX_ID:
        raise NotFound
    return value
