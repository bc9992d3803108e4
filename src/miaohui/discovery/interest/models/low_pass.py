"""The smooth part of who took what: a truncated singular value decomposition.

    R~ = D_u^(-1/2) R D_i^(-1/2)  ~  U S V'                V: (n_items, rank)
    s(u, .) = r_u D_i^(-b) V V' D_i^(b)

An ideal low-pass filter on the graph of people and items: only the `rank` smoothest directions pass, where single
coincidences cancel. D_u and D_i count people's items and items' people.

Source: Shen et al. 2021 (GF-CF); the decomposition by random projection, Halko, Martinsson and Tropp 2011, alg. 4.4.
"""

import msgspec
import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.sequences import Sequences, Singles


class LowPass(msgspec.Struct, frozen=True, eq=False):
    """enter, leave: (n_items, rank); scores are (sum of `enter` over the past) @ leave'."""

    enter: Singles
    leave: Singles

    def scores(self, shown: Sequences) -> Singles:
        return np.asarray(self.vectors(shown) @ self.leave.T)

    def vectors(self, shown: Sequences) -> Singles:
        """People as (n_people, rank)."""
        return np.asarray(shown.matrix() @ self.enter)


def fit_low_pass(events: Sequences, *, rank: int = 256, power: float = 0.5, rounds: int = 3, seed: int = 5) -> LowPass:
    """This will decompose R~. power: b; rounds: power iterations, each two sparse products and two QRs."""
    matrix = events.matrix()
    per_person = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    per_item = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0)
    normal = (_diagonal(per_person**-0.5) @ matrix @ _diagonal(per_item**-0.5)).tocsr()
    right = right_singular_vectors(normal, rank=min(rank, *normal.shape), rounds=rounds, seed=seed)
    return LowPass(
        enter=(per_item**-power).astype(np.float32)[:, None] * right,
        leave=(per_item**power).astype(np.float32)[:, None] * right,
    )


def right_singular_vectors(matrix: sparse.csr_matrix, *, rank: int, rounds: int, seed: int) -> Singles:
    """The `rank` leading right singular vectors, (n_items, rank), float32. Items that nobody took cost nothing."""
    taken = np.unique(matrix.indices)
    if len(taken) < matrix.shape[1]:
        vectors = np.zeros((matrix.shape[1], rank), dtype=np.float32)
        found = right_singular_vectors(matrix[:, taken], rank=min(rank, len(taken)), rounds=rounds, seed=seed)
        vectors[taken, : found.shape[1]] = found
        return vectors
    rng = np.random.default_rng(seed)
    width = min(rank + 16, *matrix.shape)
    basis = rng.standard_normal((matrix.shape[1], width), dtype=np.float32)
    transposed = matrix.T.tocsr()
    for _ in range(rounds):
        basis = np.linalg.qr(matrix @ basis)[0]
        basis = np.linalg.qr(transposed @ basis)[0]
    small = matrix @ basis
    # The decomposition of small (n_people, width) through its (width, width) Gram matrix.
    values, vectors = np.linalg.eigh((small.T @ small).astype(np.float64))
    return np.ascontiguousarray(basis @ vectors[:, np.argsort(-values)[:rank]].astype(np.float32))


def _diagonal(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> sparse.dia_matrix:
    return sparse.dia_matrix(sparse.diags(values.astype(np.float32)))
