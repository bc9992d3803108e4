"""What a thing costs: seconds, peak memory, request times."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import numpy as np


class Cost(msgspec.Struct):
    fit_s: float = 0.0
    peak_mib: float = 0.0
    request_p50_ms: float = 0.0
    request_p99_ms: float = 0.0


@contextmanager
def timed(cost: Cost) -> Iterator[Cost]:
    """Adds the block's wall-clock seconds to cost.fit_s and notes the peak."""
    began = time.perf_counter()
    try:
        yield cost
    finally:
        cost.fit_s += time.perf_counter() - began
        note_peak(cost)


def note_peak(cost: Cost) -> None:
    """The highest resident size of this process so far; each set runs in a process of its own, so the peak is its."""
    cost.peak_mib = max(cost.peak_mib, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def time_requests(ask: Callable[[int], object], people: int, cost: Cost, *, requests: int = 400, seed: int = 7) -> None:
    """This will ask for one random person at a time and note the percentiles, after a few requests that do not count."""
    rng = np.random.default_rng(seed)
    taken = []
    for place, person in enumerate(rng.integers(0, people, size=requests + 10).tolist()):
        began = time.perf_counter()
        ask(person)
        if place >= 10:
            taken.append((time.perf_counter() - began) * 1e3)
    cost.request_p50_ms, cost.request_p99_ms = (float(value) for value in np.percentile(taken, [50, 99]))
