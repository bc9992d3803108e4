"""The linear map from decayed histories at several timescales to the next item.

Before her event t a person's history at timescale k is  h_k(t) = c_k(t) sum over p < t of g_k^(t-1-p) e(x_p),
with g_k from the half-life and c_k(t) = 1 / |…|, so that every history has length one. Side by side they make
phi(t), (n_scales * n_items,), and the map B, (n_scales * n_items, n_items), is ridge regression over all events:

    B = argmin  sum over events t of  w_t | e(x_t) - B' phi(t) |^2  +  lambda |B|^2   =   (G + lambda I)^-1 C
    G = sum of w_t phi(t) phi(t)'        C = sum of w_t phi(t) e(x_t)'        w_t = |u|^-alpha

alpha > 0 would let people with few events speak as loud as people with many; on MovieLens-1M 0 is best (see
docs/decisions/0018-interest-models.md), since whoever has 2,000 events shows 2,000 times what follows what.

The phi(t) are never written down: a million rows of ten thousand numbers. Two events p <= q of one person meet in
G's block (k, l) with the weight

    sum over t > q of  w_t c_k(t) c_l(t) g_k^(t-1-p) g_l^(t-1-q)   =   g_k^(q-p) S_kl(q)
    S_kl(q) = w_{q+1} c_k c_l  +  g_k g_l S_kl(q+1)

so each block is one pass over the pairs of every person's events, item by item: exact, and a hundred times cheaper
than the product of the rows.

Source: ridge regression, Hoerl and Kennard 1970; one timescale of infinite half-life is close to EASE (Steck 2019),
the last event alone is a Markov chain; SLIST (Choi et al. 2021) joins those two.
"""

import math

import msgspec
import numpy as np
from scipy import linalg

from miaohui.discovery.interest.models.decay import decayed_matrix, fading
from miaohui.discovery.interest.models.sequences import Sequences, Singles

HALF_LIVES = (0.0, 3.0, 12.0, math.inf)
LEAST_WEIGHT = 2.0**-12  # pairs further apart than this leaves of g^lag are not visited


class TimescaleRidge(msgspec.Struct, frozen=True, eq=False):
    """weights: B, (n_scales * n_items, n_items)."""

    weights: Singles
    half_lives: tuple[float, ...]

    def scores(self, shown: Sequences) -> Singles:
        n = shown.n_items
        total = np.zeros((len(shown), n), dtype=np.float32)
        for scale, half_life in enumerate(self.half_lives):
            history = decayed_matrix(shown, half_life=half_life)
            history.data *= np.repeat(_unit(shown.lengths(), half_life), np.diff(history.indptr)).astype(np.float32)
            total += history @ self.weights[scale * n : (scale + 1) * n]
        return total


def fit_timescale_ridge(
    events: Sequences,
    *,
    half_lives: tuple[float, ...] = HALF_LIVES,
    person_power: float = 0.0,
    ridge: float = 1.0,
) -> TimescaleRidge:
    """This will solve for B. ridge: lambda, in units of the mean diagonal of G.

    Memory: 4 (n_scales n_items)^2 bytes for G and as much again while it is made.
    """
    gram, cross = normal_equations(events, half_lives=half_lives, person_power=person_power)
    gram[np.diag_indices(len(gram))] += ridge * max(float(np.diag(gram).mean()), 1e-6)
    factor = linalg.cho_factor(gram, overwrite_a=True, lower=True, check_finite=False)
    weights = linalg.cho_solve(factor, cross, overwrite_b=True, check_finite=False)
    # LAPACK answers by columns; a request adds up rows, and would turn all of B round first.
    return TimescaleRidge(np.ascontiguousarray(weights), half_lives)


def normal_equations(
    events: Sequences, *, half_lives: tuple[float, ...], person_power: float
) -> tuple[Singles, Singles]:
    """G (n_scales * n_items squared) and C (n_scales * n_items, n_items) of the formulas above."""
    n, scales = events.n_items, range(len(half_lives))
    items, lengths = events.items, events.lengths()
    starts = np.repeat(events.offsets[:-1], lengths)
    position = np.arange(len(items)) - starts
    weight = np.where(position > 0, np.maximum(np.repeat(lengths, lengths) - 1.0, 1.0) ** -person_power, 0.0)
    unit = [_unit(position, half_life) for half_life in half_lives]
    later = {
        (k, m): _sum_of_later(weight * unit[k] * unit[m], fading(half_lives[k]) * fading(half_lives[m]), events)
        for k in scales
        for m in scales
        if k <= m
    }
    pairs = np.zeros((len(half_lives), len(half_lives), n, n), dtype=np.float32)  # [k, l, item of q, item of p]
    cross = np.zeros((len(half_lives), n, n), dtype=np.float32)  # [k, item of t, item of p]
    by_item = np.argsort(items, kind="stable")
    bounds = np.searchsorted(items[by_item], np.arange(n + 1))
    for k in scales:
        faded = _fading_table(half_lives[k], int(lengths.max(initial=0)))
        for item in range(n):
            q = by_item[bounds[item] : bounds[item + 1]]
            if len(q) == 0:
                continue
            reach = np.minimum(q - starts[q], len(faded) - 1) + 1
            lag = np.repeat(np.cumsum(reach), reach) - 1 - np.arange(reach.sum())
            earlier = items[np.repeat(q, reach) - lag]
            apart = faded[lag]
            for m in scales:
                shared = later[min(k, m), max(k, m)][q]
                pairs[k, m, item] = np.bincount(earlier, np.repeat(shared, reach) * apart, n)
            before = lag > 0
            goal = np.repeat(weight[q] * unit[k][q], reach)[before] * faded[lag[before] - 1]
            cross[k, item] = np.bincount(earlier[before], goal, n)
    gram = np.empty((len(half_lives) * n, len(half_lives) * n), dtype=np.float32)
    for k in scales:
        for m in scales:
            block = pairs[k, m].T + pairs[m, k]
            # p = q stands in both terms.
            block[np.diag_indices(n)] -= np.bincount(items, later[min(k, m), max(k, m)], n).astype(np.float32)
            gram[k * n : (k + 1) * n, m * n : (m + 1) * n] = block
    return gram, np.ascontiguousarray(cross.transpose(0, 2, 1)).reshape(len(half_lives) * n, n)


def _unit(
    events_before: np.ndarray[tuple[int], np.dtype[np.int64]], half_life: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """c: one over the length of a history of so many distinct events."""
    count, g = np.maximum(events_before, 1).astype(float), fading(half_life)
    squares = count if g == 1.0 else (1.0 - g ** (2.0 * count)) / (1.0 - g * g)
    return 1.0 / np.sqrt(squares)


def _sum_of_later(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], g: float, events: Sequences
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """S(q) = values(q+1) + g S(q+1) within each person, all people at once from their ends."""
    total = np.zeros(len(values))
    longest_first = np.argsort(-events.lengths(), kind="stable")
    lengths, starts = events.lengths()[longest_first], events.offsets[:-1][longest_first]
    for position in range(int(lengths.max(initial=0)) - 2, -1, -1):
        here = starts[: np.searchsorted(-lengths, -(position + 1))] + position
        total[here] = values[here + 1] + g * total[here + 1]
    return total


def _fading_table(half_life: float, longest: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """g^lag for every lag that is visited."""
    g = fading(half_life)
    if g == 1.0:
        return np.ones(longest + 1)
    reach = 1 if g == 0.0 else math.ceil(math.log(LEAST_WEIGHT) / math.log(g))
    return g ** np.arange(min(reach, longest) + 1.0)
