"""How often somebody may do something.

The generic cell rate algorithm (ITU-T I.371, A.1): instead of tokens it keeps one number, the moment at
which the allowance would be full again, and so needs no refill timer.
"""

import math
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict

from miaohui.kit.clock import Clock
from miaohui.kit.errors import TooManyRequests

_SWEPT_EACH_TIME = 2
"""More than one, so that keys that have run out leave faster than new ones come."""


class RateLimits(ABC):
    """Counts acts per name and key; the key is whatever is limited: an address, an account, a number."""

    @abstractmethod
    def check(self, name: str, key: str | int, limit: int, per_s: float) -> None:
        """Count one act; at most `limit` at once, refilled evenly so that `limit` fit into `per_s` seconds.

        A refused act is not counted, so that asking again and again does not push the end away.
        Raises TooManyRequests with the seconds after which the next one fits.
        """


class InProcessRateLimits(RateLimits):
    """Keeps the counts in this process: right for one web process, generous by their number for more."""

    def __init__(self, clock: Clock, *, max_keys: int = 100_000) -> None:
        self._clock = clock
        self._max_keys = max_keys
        self._full_again_at: OrderedDict[tuple[str, str | int], float] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, name: str, key: str | int, limit: int, per_s: float) -> None:
        now = self._clock.now().timestamp()
        with self._lock:
            self._sweep(now)
            entry = (name, key)
            wait_s, full_again_at = spend(self._full_again_at.get(entry, now), now, limit, per_s / limit)
            if wait_s == 0:
                self._full_again_at[entry] = full_again_at
                self._full_again_at.move_to_end(entry)
        if wait_s > 0:
            raise TooManyRequests(retry_after_s=math.ceil(wait_s))

    def _sweep(self, now: float) -> None:
        """Forget a few of the keys that were used longest ago, if their allowance is full or space is short."""
        for _ in range(_SWEPT_EACH_TIME):
            if not self._full_again_at:
                return
            entry, full_again_at = next(iter(self._full_again_at.items()))
            if full_again_at > now and len(self._full_again_at) < self._max_keys:
                return
            del self._full_again_at[entry]


class Allowance:
    """One allowance, for something that has a home of its own, such as a socket.

    burst: acts at once. per_s: acts a second in the long run.
    """

    __slots__ = ("_burst", "_each_s", "_full_again_at")

    def __init__(self, burst: int, per_s: float) -> None:
        self._burst = burst
        self._each_s = 1 / per_s
        self._full_again_at = float("-inf")

    def spend(self, now: float) -> float:
        """Count one act at `now` (seconds); return 0, or uncounted the seconds to wait."""
        wait_s, self._full_again_at = spend(self._full_again_at, now, self._burst, self._each_s)
        return wait_s


def spend(full_again_at: float, now: float, burst: int, each_s: float) -> tuple[float, float]:
    """Return the seconds to wait (0: the act counts) and the new moment at which all is refilled.

    each_s: seconds in which one act is refilled.
    """
    begin = max(full_again_at, now)
    # The sum of floats may miss a boundary that is exact in seconds by a few nanoseconds.
    wait_s = begin - now - (burst - 1) * each_s
    if wait_s > 1e-6:
        return wait_s, full_again_at
    return 0.0, begin + each_s
