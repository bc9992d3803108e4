"""Next items of the moments most like this one (session kNN, as a kernel regression).

A moment t is a place in somebody's past; its history fades as h_t = sum over b of g^b e(x_{t-1-b}). The person who
asks is a moment too, q. Every moment votes for the item that followed it, with its likeness to a power:

    k(q, t) = h_q . h_t = sum over items met at age a by q and at age b by t of  g^(a+b)          a + b < window
    s(j)    = sum over t with x_t = j of  k(q, t)^power

The power is what a linear map cannot do: two items met together say more than the sum of what each says alone.

Source: Nadaraya 1964, Watson 1964 (kernel regression); Jannach and Ludewig 2017 (session kNN), whose sessions are
here single moments. Nothing is fitted but an index: for each item, the moments after it, nearest first.

Cost of a request: the postings of the last `window` items. No likeness is kept per moment but in one scratch row:
a moment that is touched several times gives back its power in shares val / k(q, t), so nothing has to be sorted.
"""

import msgspec
import numpy as np

from miaohui.discovery.interest.models.decay import fading
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles

MOST_MOMENTS = 2_000_000  # the newest; 24 postings of 4 bytes each per moment stay below 192 MiB


class SequenceKernel(msgspec.Struct, frozen=True, eq=False):
    """moments: (n_postings,) events that follow, by item and then by age b.

    starts: (n_items, window + 1) where the postings of age b begin. followed_by: (n_events,) the item at each moment.
    """

    moments: Ints
    starts: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    followed_by: Ints
    scratch: Singles
    half_life: float
    window: int
    power: float

    def scores(self, shown: Sequences) -> Singles:
        return np.stack([self._votes(past) for past in shown])

    def _votes(self, past: Ints) -> Singles:
        n_items = len(self.starts)
        g = fading(self.half_life)
        touched, weights = [], []
        for age, item in enumerate(past[: -self.window - 1 : -1].tolist()):
            row = self.starts[item, : self.window - age + 1]
            touched.append(self.moments[row[0] : row[-1]])
            weights.append(np.repeat((g ** np.arange(age, self.window)).astype(np.float32), np.diff(row)))
        if not touched:
            return np.zeros(n_items, dtype=np.float32)
        found, weight = np.concatenate(touched), np.concatenate(weights)
        np.add.at(self.scratch, found, weight)
        weight *= self.scratch[found] ** np.float32(self.power - 1.0)
        self.scratch[found] = 0.0
        return np.bincount(self.followed_by[found], weight, n_items).astype(np.float32)


def fit_sequence_kernel(
    events: Sequences, *, half_life: float = 4.0, window: int = 24, power: float = 4.0
) -> SequenceKernel:
    """This will index every moment under the `window` items before it."""
    items, ends = events.items, np.repeat(events.offsets[1:], events.lengths())
    first = max(len(items) - MOST_MOMENTS, 0)
    place = np.arange(first, len(items))
    keys, moments = [], []
    for age in range(window):
        inside = place + 1 + age < ends[place]
        keys.append(items[place[inside]].astype(np.int64) * window + age)
        moments.append((place[inside] + 1 + age).astype(np.int32))
    key = np.concatenate(keys)
    order = np.argsort(key, kind="stable")
    bounds = np.searchsorted(key[order], np.arange(events.n_items * window + 1))
    rows = np.arange(events.n_items)[:, None] * window + np.arange(window + 1)
    return SequenceKernel(
        moments=np.concatenate(moments)[order],
        starts=bounds[rows],
        followed_by=items,
        scratch=np.zeros(len(items), dtype=np.float32),
        half_life=half_life,
        window=window,
        power=power,
    )
