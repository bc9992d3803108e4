"""Several models as one score.

    s(u, j) = sum over models m of  w_m z_m(u, j)         z: scores of one person, brought to mean 0 and deviation 1

The weights are found on validation people by coordinate search: one weight at a time over a grid of factors, kept
where the validation figure rises, until no factor helps. The first model's weight is 1. Test parts are never seen.
"""

from collections.abc import Callable, Sequence

import numpy as np

from miaohui.discovery.interest.models.sequences import Singles

FACTORS = (0.0, 0.5, 0.7, 0.85, 1.2, 1.45, 2.0)
START = 0.5


def standardised(scores: Singles) -> Singles:
    """Rows with mean 0 and deviation 1; a row that is all alike becomes zeros, as does what is not a number."""
    scores = np.nan_to_num(scores, nan=0.0, posinf=0.0, neginf=0.0)
    scores = scores - scores.mean(axis=1, keepdims=True)
    deviation = scores.std(axis=1, keepdims=True)
    return (scores / np.where(deviation > 0, deviation, 1.0)).astype(np.float32)


def blended(parts: Sequence[Singles], weights: Sequence[float]) -> Singles:
    """parts: standardised scores, each (n_people, n_items)."""
    total = np.zeros_like(parts[0])
    for part, weight in zip(parts, weights, strict=True):
        if weight:
            total += np.float32(weight) * part
    return total


def choose_weights(
    parts: Sequence[Singles], figure: Callable[[Singles], float], *, rounds: int = 4
) -> tuple[float, ...]:
    """This will search for weights under which `figure` of the blend is greatest. Deterministic."""
    weights = [1.0] + [START] * (len(parts) - 1)
    best = figure(blended(parts, weights))
    for _ in range(rounds):
        before = best
        for place in range(1, len(parts)):
            for factor in FACTORS:
                tried = weights.copy()
                tried[place] = round(weights[place] * factor if weights[place] else START * factor, 4)
                value = figure(blended(parts, tried))
                if value > best:
                    best, weights = value, tried
        if best == before:
            break
    return tuple(weights)
