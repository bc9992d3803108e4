"""Items that the same people took.

    c(i, j) = sum over people u with both of  |u|^-a
    w(i, j) = c(i, j) / sqrt(n_i n_j)                           n_i: people with i; the `width` strongest of each i stay
    s(u, j) = n_j^leave  sum over i in u of  g(age of i) n_i^-enter w(i, j)

a damps people who took everything. The neighbours are chosen by cosine, which keeps rare companions; what they say
is then tilted: a rare item in the past says more (enter), and of two equal neighbours the better known one is
likelier (leave). g halves in `half_life` events, so that what was taken last counts most.

Source: Sarwar et al. 2001 (item-based collaborative filtering); Deshpande and Karypis 2004 (damping of long pasts);
Aiolli 2013 (the asymmetric norm). Incremental: c and n are sums over people, so one more event is one more row added
(the live form is ../cooccurrence.py); the batch form below is their product at once.
"""

import math

import msgspec
import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.decay import decayed_matrix
from miaohui.discovery.interest.models.sequences import Sequences, Singles


class ItemItem(msgspec.Struct, frozen=True, eq=False):
    """neighbours: w (n_items, n_items) sparse, at most `width` in a row; people: n (n_items,)."""

    neighbours: sparse.csr_matrix
    people: Singles
    half_life: float
    enter: float
    leave: float

    def scores(self, shown: Sequences) -> Singles:
        history = decayed_matrix(shown, half_life=self.half_life)
        history.data *= self.people[history.indices] ** np.float32(-self.enter)
        totals: Singles = np.asarray((history @ self.neighbours).toarray(), dtype=np.float32)
        totals *= self.people ** np.float32(self.leave)
        return totals

    def tilted(self, *, enter: float, leave: float, half_life: float | None = None) -> "ItemItem":
        """The same neighbours, read differently."""
        return ItemItem(self.neighbours, self.people, self.half_life if half_life is None else half_life, enter, leave)


def fit_item_item(
    events: Sequences,
    *,
    half_life: float = math.inf,
    person_power: float = 0.5,
    enter: float = 0.2,
    leave: float = 0.2,
    width: int = 300,
) -> ItemItem:
    """This will count pairs, 2,000 rows of the item-item matrix at a time. person_power: a."""
    matrix = events.matrix()
    per_person = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    per_item = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0).astype(np.float32)
    normal = (matrix @ sparse.diags(per_item**-0.5)).tocsr()
    damped = (sparse.diags(per_person**-person_power) @ normal).tocsr()
    neighbours = strongest_neighbours(damped.T.tocsr().astype(np.float32), normal.astype(np.float32), width)
    return ItemItem(neighbours, per_item, half_life, enter, leave)


def strongest_neighbours(left: sparse.csr_matrix, right: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    """The `width` greatest of each row of left (n, m) @ right (m, n), without the item itself."""
    n_items = left.shape[0]
    blocks = []
    for start in range(0, n_items, 2000):
        block = (left[start : start + 2000] @ right).tocsr()
        blocks.append(cut_rows(block, start, width))
    return sparse.csr_matrix(sparse.vstack(blocks, format="csr"))


def cut_rows(block: sparse.csr_matrix, start: int, width: int) -> sparse.csr_matrix:
    """block: rows start … of an item-item matrix; its diagonal goes, then all but the `width` greatest of each row."""
    data, indptr = block.data, block.indptr
    data[block.indices == np.repeat(np.arange(start, start + block.shape[0]), np.diff(indptr))] = 0.0
    for row in range(block.shape[0]):
        weights = data[indptr[row] : indptr[row + 1]]
        if len(weights) > width:
            weights[weights < np.partition(weights, len(weights) - width)[len(weights) - width]] = 0.0
    block.eliminate_zeros()
    return block
