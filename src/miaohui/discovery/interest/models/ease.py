"""The linear map that rebuilds everybody's items from their other items.

    B = argmin |R - R B|^2 + lambda |B|^2,  diag(B) = 0
    P = (R'R + lambda I)^-1          B(i, j) = -P(i, j) / P(j, j)  for i != j
    s(u, .) = sum over i in u of g(age of i) B(i, .)

Source: Steck 2019 (EASE). Dense, (n_items)^2: for the head of a catalogue, some ten thousand items.
"""

import math

import msgspec
import numpy as np
from scipy import linalg

from miaohui.discovery.interest.models.decay import decayed_matrix
from miaohui.discovery.interest.models.sequences import Sequences, Singles


class Ease(msgspec.Struct, frozen=True, eq=False):
    """weights: B (n_items, n_items)."""

    weights: Singles
    half_life: float

    def scores(self, shown: Sequences) -> Singles:
        return np.asarray(decayed_matrix(shown, half_life=self.half_life) @ self.weights)


def fit_ease(events: Sequences, *, ridge: float = 200.0, half_life: float = math.inf) -> Ease:
    """This will invert the Gram matrix. ridge: lambda, in people."""
    matrix = events.matrix()
    gram = (matrix.T @ matrix).toarray()
    gram[np.diag_indices(len(gram))] += ridge
    factor, _ = linalg.lapack.spotrf(gram, lower=True, overwrite_a=True)
    inverse, _ = linalg.lapack.spotri(factor, lower=True, overwrite_c=True)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices(len(weights))] = 0.0
    return Ease(weights, half_life)
