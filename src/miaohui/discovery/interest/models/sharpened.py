"""Blurred over what the same people took, then sharpened, as one map of items to items.

    R~ = D_u^(-1/2) R D_i^(-1/2)        P = R~'R~            (n_items, n_items), eigenvalues p in [0, 1]
    L  = D_i^(-1/2) V V' D_i^(1/2)      V (n_items, rank)    the leading eigenvectors of P (low_pass.py)
    q(p) = 1 - Tp + (Tp)^2 / 2 - (Tp)^3 / 6 + (Tp)^4 / 24
    s(u, .) = r_u M       M = (P + beta L) q(P)              the `width` greatest of each row of M stay

P blurs a past over its neighbours and L over everything smooth; q(P) is dr/dt = -rP from 0 to T in one Runge-Kutta
step of the fourth order, which for a linear equation is the Taylor polynomial of exp(-Tp). It takes away what all
neighbours have in common, so that what is popular everywhere no longer drowns what is near.

M is never there as a whole: its rows come in blocks. In the directions of V the formula is kept exactly; in all the
others, whose eigenvalues are small and alike, one number c = q(3/4 of the least p of V) stands for q(P):

    P q(P)  ~  c P + V diag(p (q(p) - c)) V'

Source: Choi et al. 2023 (blurring-sharpening process models; settings published for Gowalla), on Shen et al. 2021
(GF-CF).
"""

import math

import msgspec
import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.low_pass import right_singular_vectors
from miaohui.discovery.interest.models.sequences import Sequences, Singles

ORDER = 4  # of the Taylor polynomial
BLOCK = 500  # rows of M at once: 80 MiB for a catalogue of 41,000


class Sharpened(msgspec.Struct, frozen=True, eq=False):
    """rows: M (n_items, n_items) sparse, at most `width` in a row, none for an item itself."""

    rows: sparse.csr_matrix

    def scores(self, shown: Sequences) -> Singles:
        return np.asarray((shown.matrix() @ self.rows).toarray(), dtype=np.float32)


def fit_sharpened(
    events: Sequences,
    *,
    rank: int = 448,
    smooth: float = 0.2,
    time: float = 2.5,
    width: int = 1000,
    rounds: int = 3,
    seed: int = 5,
) -> Sharpened:
    """This will decompose R~ and write M down, BLOCK rows at a time. smooth: beta; time: T; rounds, seed: of V."""
    matrix = events.matrix()
    per_person = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    root = np.sqrt(np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0)).astype(np.float32)[:, None]
    normal = sparse.csr_matrix(sparse.diags(per_person**-0.5) @ matrix @ sparse.diags(1.0 / root[:, 0]))
    normal = normal.astype(np.float32)
    back = normal.T.tocsr()
    v = right_singular_vectors(normal, rank=min(rank, *normal.shape), rounds=rounds, seed=seed)
    p = ((normal @ v) ** 2).sum(axis=0)
    taylor = [(-time) ** power / math.factorial(power) for power in range(ORDER + 1)]
    q = np.polynomial.polynomial.polyval(p, taylor)
    c = float(np.polynomial.polynomial.polyval(0.75 * p.min(), taylor))
    # The row of item i in M's part of low rank is  v_i diag(p (q - c)) V'  +  beta v_i / root_i (q(P) D^(1/2) V)'.
    mine = np.hstack([v * (p * (q - c)), smooth * v / root]).astype(np.float32)
    theirs = np.hstack([v, _sharpen(root * v, normal, back, taylor)]).T
    blocks = []
    for start in range(0, events.n_items, BLOCK):
        nearby = (back[start : start + BLOCK] @ normal).toarray()
        nearby *= np.float32(c)
        nearby += mine[start : start + BLOCK] @ theirs
        blocks.append(_strongest(nearby, start, width))
    return Sharpened(sparse.csr_matrix(sparse.vstack(blocks, format="csr")))


def _sharpen(x: Singles, normal: sparse.csr_matrix, back: sparse.csr_matrix, taylor: list[float]) -> Singles:
    """q(P) x, by Horner's rule; x: (n_items, any)."""
    total = taylor[-1] * x
    for factor in reversed(taylor[:-1]):
        total = back @ (normal @ total) + np.float32(factor) * x
    return np.asarray(total, dtype=np.float32)


def _strongest(block: Singles, start: int, width: int) -> sparse.csr_matrix:
    """block: rows start … of M, (n_rows, n_items); its diagonal goes, then all but the `width` greatest of each row."""
    n_rows, n_items = block.shape
    width = min(width, n_items)
    block[np.arange(n_rows), np.arange(start, start + n_rows)] = 0.0
    kept = np.argpartition(block, n_items - width, axis=1)[:, n_items - width :].astype(np.int32)
    kept.sort(axis=1)
    weights = np.take_along_axis(block, kept, axis=1)
    offsets = np.arange(n_rows + 1) * width
    return sparse.csr_matrix((weights.ravel(), kept.ravel(), offsets), shape=block.shape)
