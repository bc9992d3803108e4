"""Dwell: what staying this long on a clip of this length says, as a number in [-1, 1].

Seconds do not compare: 6 s of a 6-s clip is all of it, 6 s of a 10-min one a glance. Nor do ratios: a tenth of
a 10-min clip is a long look. What compares is the rank among all watchings of clips of like length,

    q = (n0 F(t, d) + n E_b(t)) / (n0 + n)                                   in (0, 1)

where E_b is the empirical distribution of dwell in duration bucket b (mid-rank inside a bin), n its count, and F
a prior curve for a town in which nobody has watched yet: log-logistic with shape 2 and median m(d),

    F(t, d) = t^2 / (t^2 + m(d)^2),          m(d) = 3 s * sqrt(d / 6 s)

(the median look grows with the root of the length: 3 s of 6 s, 9.5 s of a minute, 30 s of ten minutes).
People differ too: some linger on everything. So q is compared with the person's own habit h, the running mean of
their q, and the distance is scaled to the room above or below it:

    w = (q - h) / (1 - h)  if q >= h  else  (q - h) / h

Two plain facts overrule the rank: a glance of less than a second is a no, and a clip watched to its end is not.

Quantiles of watch time per duration group: Zhan et al., "Deconfounding Duration Bias in Watch-time Prediction for
Video Recommendation", KDD 2022, section 4. Prior curve: Fisk, Econometrica 29(2), 1961.
"""

import math
from typing import Any

import numpy as np

from miaohui.discovery.interest.weights import Memory

BINS_PER_OCTAVE = 6
SHORTEST_DWELL_S = 0.25
BINS = 14 * BINS_PER_OCTAVE + 1  # 0.25 s to 4,096 s
BUCKETS = 10  # unknown length, then up to 4 s, 8 s, 16 s ... 512 s and longer
UNKNOWN_LENGTH_DWELL_CAP_S = 600.0
LOOPS_CAP = 3.0  # a clip left running says no more after its third round
GLANCE_S = 1.0
GLANCE_WORTH = -0.5
WATCHED_SHARE = 0.95
WATCHED_WORTH = 0.25
HABIT_BOUNDS = (0.1, 0.9)  # keeps the scale of w finite for people who do only one thing
FULL_BUCKET = 1 << 20  # then counts are halved, so that the sketch follows the town as it changes


class DwellSketch:
    """Counts of watchings by duration bucket and dwell bin: shape (BUCKETS, BINS), 7 KiB for the whole town."""

    def __init__(self, memory: Memory) -> None:
        self.prior_watches = memory.dwell_prior_watches
        self.counts = np.zeros((BUCKETS, BINS), dtype=np.int64)

    def rank(self, *, dwell_s: float, duration_s: float) -> float:
        """This will tell the share of watchings of like clips that were shorter; `dwell_s` from readable_dwell_s."""
        counts = self.counts[_bucket(duration_s)]
        watches = int(counts.sum())
        shorter = int(counts[: _bin(dwell_s)].sum()) + int(counts[_bin(dwell_s)]) / 2
        return (self.prior_watches * prior_rank(dwell_s, duration_s) + shorter) / (self.prior_watches + watches)

    def record(self, *, dwell_s: float, duration_s: float) -> None:
        counts = self.counts[_bucket(duration_s)]
        counts[_bin(dwell_s)] += 1
        if counts.sum() >= FULL_BUCKET:
            counts //= 2

    def state(self) -> dict[str, Any]:
        return {"counts": self.counts}

    def restore(self, state: dict[str, Any]) -> None:
        self.counts = state["counts"]


def readable_dwell_s(dwell_ms: float | None, duration_ms: float) -> float | None:
    """This will turn a reported dwell into seconds, bounded by what it can mean, or None when it means nothing."""
    if dwell_ms is None or math.isnan(dwell_ms) or dwell_ms < 0:
        return None
    cap_s = LOOPS_CAP * duration_ms / 1000 if duration_ms > 0 else UNKNOWN_LENGTH_DWELL_CAP_S
    return min(dwell_ms / 1000, cap_s)


def readable_duration_ms(*durations_ms: float) -> float:
    """The first of `durations_ms` that is a length, else 0."""
    for duration_ms in durations_ms:
        if 0 < duration_ms < math.inf:
            return duration_ms
    return 0.0


def prior_rank(dwell_s: float, duration_s: float) -> float:
    if dwell_s <= 0:
        return 0.0
    median_s = 3.0 * math.sqrt((duration_s or 15.0) / 6.0)
    return (dwell_s / math.hypot(dwell_s, median_s)) ** 2


def worth_of_dwell(*, rank: float, habit: float, dwell_s: float, duration_s: float) -> float:
    """This will sign a rank against the person's habit (both in [0, 1]) and return the worth, in [-1, 1]."""
    habit = min(max(habit, HABIT_BOUNDS[0]), HABIT_BOUNDS[1])
    worth = (rank - habit) / (1.0 - habit) if rank >= habit else (rank - habit) / habit
    if duration_s > 0 and dwell_s >= WATCHED_SHARE * duration_s:
        return max(worth, WATCHED_WORTH)
    if dwell_s < GLANCE_S:
        return max(min(worth, GLANCE_WORTH), -1.0)
    return max(worth, -1.0)


def moved_habit(habit: float, rank: float, watches: int, memory: Memory) -> float:
    """The running mean of ranks after one more watch: prior_watches at 0.5, then a window of span_watches."""
    return habit + (rank - habit) / min(memory.habit_prior_watches + watches + 1, memory.habit_span_watches)


def _bucket(duration_s: float) -> int:
    if duration_s <= 0:
        return 0
    return 1 + min(math.ceil(math.log2(max(duration_s, 4.0) / 4.0)), BUCKETS - 2)


def _bin(dwell_s: float) -> int:
    if dwell_s <= SHORTEST_DWELL_S:
        return 0
    return min(int(BINS_PER_OCTAVE * math.log2(dwell_s / SHORTEST_DWELL_S)), BINS - 1)
