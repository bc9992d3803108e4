"""Next items of the moments most like this one (session kNN, as a kernel regression).

A moment t is a place in somebody's past; its history fades as h_t = sum over b of g^b e(x_{t-1-b}). The person who
asks is a moment too, q. Every moment votes for the item that followed it, with its likeness to a power:

    k(q, t) = h_q . h_t = sum over items met at age a by q and at age b by t of  g^(a+b)          a + b < window
    s(j)    = sum over t with x_t = j of  k(q, t)^power

The power is what a linear map cannot do: two items met together say more than the sum of what each says alone.

Source: Nadaraya 1964, Watson 1964 (kernel regression); Jannach and Ludewig 2017 (session kNN), whose sessions are
here single moments. Nothing is fitted but an index: for each item, the places where it was met.

Cost of a request: the places of the last `window` items, and the moments after them. Where q's item of age a was met
at p, the moments p + 1, p + 2, … get g^a, g^(a+1), … until the window or the past ends. So k runs along a past like
an echo: it fades by g from moment to moment, rises by g^a where such a row begins and falls by what is left of it
where it ends,

    k(t) = g k(t-1)  +  sum over rows that begin at t of g^a  -  sum over rows that ended before t of g^(a + length)

and one recursive filter adds up all rows at once. Only the moments inside rows are laid out, those that touch in one piece.
"""

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import signal

from miaohui.discovery.interest.models.decay import fading
from miaohui.discovery.interest.models.sequences import Ints, Sequences, Singles

MOST_PLACES = 2_000_000  # the newest

Places = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


class SequenceKernel(msgspec.Struct, frozen=True, eq=False):
    """places: (n_places,) where each item was met, by item and then in order; starts: (n_items + 1,) where its begin.

    room: (n_places,) how many moments follow in the same past. followed_by: (n_events,) the item at each moment.
    """

    places: Ints
    room: Ints
    starts: npt.NDArray[np.int64]
    followed_by: Ints
    half_life: float
    window: int
    power: float

    def scores(self, shown: Sequences) -> Singles:
        return np.stack([self._votes(past) for past in shown])

    def _votes(self, past: Ints) -> Singles:
        n_items = len(self.starts) - 1
        begin, length, age = self._rows(past)
        if len(begin) == 0:
            return np.zeros(n_items, dtype=np.float32)
        g, end = fading(self.half_life), begin + length
        # A new piece where a row begins beyond the end of all before it. A piece has one slot more, where its last end.
        reach = np.maximum.accumulate(end)
        first = np.flatnonzero(np.append(True, begin[1:] > reach[:-1]))
        size = reach[np.append(first[1:], len(begin)) - 1] - begin[first] + 1
        beyond = np.cumsum(size)
        shift = begin[first] - (beyond - size)  # from slot to moment
        own_shift = np.repeat(shift, np.diff(np.append(first, len(begin))))
        faded = g ** np.arange(self.window + 1.0)
        slots = int(beyond[-1])
        change = np.bincount(begin - own_shift, faded[age], slots)
        change -= np.bincount(end - own_shift, faded[age + length], slots)
        likeness = signal.lfilter([1.0], [1.0, -g], change)
        moments = np.arange(slots) + np.repeat(shift, size)
        likeness[beyond - 1] = moments[beyond - 1] = 0
        return np.bincount(self.followed_by[moments], _raised(likeness, self.power), n_items).astype(np.float32)

    def _rows(self, past: Ints) -> tuple[Places, Places, Places]:
        """First moment, length and age of each row, in order of the first moment."""
        recent = past[: -self.window - 1 : -1]
        bounds = [(self.starts[item], self.starts[item + 1]) for item in recent.tolist()]
        if not bounds:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, nothing
        begin = np.concatenate([self.places[start:stop] for start, stop in bounds]) + 1
        room = np.concatenate([self.room[start:stop] for start, stop in bounds])
        age = np.repeat(np.arange(len(bounds)), [stop - start for start, stop in bounds])
        order = np.argsort(begin, kind="stable")
        return begin[order], np.minimum(room, self.window - age)[order], age[order]


def fit_sequence_kernel(
    events: Sequences, *, half_life: float = 4.0, window: int = 24, power: float = 4.0
) -> SequenceKernel:
    """This will index where each item was met."""
    items, ends = events.items, np.repeat(events.offsets[1:], events.lengths())
    place = np.arange(max(len(items) - MOST_PLACES, 0), len(items))
    room = ends[place] - place - 1
    place = place[room > 0]
    by_item = place[np.argsort(items[place], kind="stable")]
    return SequenceKernel(
        places=by_item.astype(np.int32),
        room=(ends[by_item] - by_item - 1).astype(np.int32),
        starts=np.searchsorted(items[by_item], np.arange(events.n_items + 1)).astype(np.int64),
        followed_by=items,
        half_life=half_life,
        window=window,
        power=power,
    )


def _raised(values: Doubles, power: float) -> Doubles:
    """values^power; squares while they do, which are ten times quicker."""
    while power > 1 and power % 2 == 0:
        values, power = values * values, power / 2
    return values if power == 1 else np.maximum(values, 0.0) ** power
