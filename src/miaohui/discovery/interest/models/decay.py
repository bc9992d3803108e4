"""Decayed histories: a past read at one moment.

    h(i) = sum over events of i of  2^(-age / half_life)        age in events; the last event has age 0

half_life = 0 keeps the last event alone, infinity forgets nothing. The live state (../histories.py) keeps the same
sums by one addition per event; here they are made for everybody at once.
"""

import math

import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.sequences import Sequences, Singles


def fading(half_life: float) -> float:
    """g: what is left of an event after one more."""
    return 0.0 if half_life == 0 else 1.0 if math.isinf(half_life) else 2.0 ** (-1.0 / half_life)


def ages(shown: Sequences) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Events since, for each event: (n_events,), 0 for a person's last."""
    ends = np.repeat(shown.offsets[1:], shown.lengths())
    return ends - 1 - np.arange(len(shown.items))


def decayed_matrix(shown: Sequences, *, half_life: float) -> sparse.csr_matrix:
    """H (n_people, n_items). Weights below a millionth are dropped."""
    age = ages(shown)
    g = fading(half_life)
    weights: Singles = (np.where(age == 0, 1.0, 0.0) if g == 0 else g**age).astype(np.float32)
    kept = weights > 1e-6
    rows, columns = shown.people()[kept], shown.items[kept]
    return sparse.csr_matrix((weights[kept], (rows, columns)), shape=(len(shown), shown.n_items))
