"""Items that the same people took.

    w(i, j) = sum over people u with both of  1 / (1 + log |u|)^a   /  (n_i^b n_j^(1-b))        b = 1/2: cosine
    s(u, j) = sum over i in u of  g(age of i) w(i, j)

|u| damps people who took everything, n_i items that everybody took; g halves in `half_life` events, so that what
was taken last counts most. The `width` strongest neighbours of each item are kept.

Source: Sarwar et al. 2001 (item-based collaborative filtering); Deshpande and Karypis 2004 (asymmetric norm, damping).
Incremental: co-occurrence counts and n_i are sums over people, so one more event is one more row added (the live
form is ../cooccurrence.py); the batch form below is their product at once.
"""

import msgspec
import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.decay import decayed_matrix
from miaohui.discovery.interest.models.sequences import Sequences, Singles


class ItemItem(msgspec.Struct, frozen=True, eq=False):
    """neighbours: (n_items, n_items) sparse, at most `width` in a row."""

    neighbours: sparse.csr_matrix
    half_life: float

    def scores(self, shown: Sequences) -> Singles:
        return np.asarray(
            (decayed_matrix(shown, half_life=self.half_life) @ self.neighbours).toarray(), dtype=np.float32
        )


def fit_item_item(
    events: Sequences, *, half_life: float = 3.0, norm: float = 0.5, person_power: float = 1.0, width: int = 300
) -> ItemItem:
    """This will count pairs person by person, block of items by block of items (memory: 1,000 dense rows)."""
    matrix = events.matrix()
    per_person = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    per_item = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0)
    damped = sparse.diags_array((1.0 + np.log(per_person)) ** -person_power).astype(np.float32) @ matrix
    left = (sparse.diags_array(per_item**-norm).astype(np.float32) @ matrix.T).tocsr()
    right = (damped @ sparse.diags_array(per_item ** (norm - 1.0)).astype(np.float32)).tocsr()
    return ItemItem(strongest_neighbours(left, right, width), half_life)


def strongest_neighbours(left: sparse.csr_matrix, right: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    """The `width` greatest of each row of left (n, m) @ right (m, n), without the item itself."""
    n_items = left.shape[0]
    blocks = []
    for start in range(0, n_items, 1000):
        block = (left[start : start + 1000] @ right).tocsr()
        blocks.append(cut_rows(block, start, width))
    return sparse.vstack(blocks, format="csr")


def cut_rows(block: sparse.csr_matrix, start: int, width: int) -> sparse.csr_matrix:
    """block: rows start … of an item-item matrix; its diagonal goes, then all but the `width` greatest of each row."""
    data, indices, indptr = block.data, block.indices, block.indptr
    rows, columns, values = [], [], []
    for row in range(block.shape[0]):
        found, weights = indices[indptr[row] : indptr[row + 1]], data[indptr[row] : indptr[row + 1]]
        other = found != start + row
        found, weights = found[other], weights[other]
        if len(weights) > width:
            best = np.argpartition(weights, len(weights) - width)[-width:]
            found, weights = found[best], weights[best]
        rows.append(np.full(len(found), row, dtype=np.int32))
        columns.append(found)
        values.append(weights)
    shape = block.shape
    return sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)
