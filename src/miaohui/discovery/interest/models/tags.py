"""Tag matching: what the engine is measured against, not a part of it.

    t_i       = 1 for each tag that somebody set on i, times idf = log(n / items with the tag), brought to length 1
    p_u       = sum over i in u of  g(age of i) t_i                    the person's tags
    s(u, j)   = p_u . t_j / |p_u|  +  popular * log(1 + people with j) / log(1 + people with the most popular)

Classic shops and film sites match by this. It is given every help that costs nothing: rare tags count more, what was
taken last counts most, and equal matches are put in order of popularity.

Source: Salton and Buckley 1988 (tf-idf and cosine); Pazzani and Billsus 2007 (content-based recommenders).
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.decay import decayed_matrix
from miaohui.discovery.interest.models.sequences import Sequences, Singles


class TagMatch(msgspec.Struct, frozen=True, eq=False):
    """vectors: t (n_items, n_tags) sparse, rows of length 1 or empty; known: (n_items,) log share of people."""

    vectors: sparse.csr_matrix
    known: Singles
    half_life: float
    popular: float

    def scores(self, shown: Sequences) -> Singles:
        people = (decayed_matrix(shown, half_life=self.half_life) @ self.vectors).tocsr()
        lengths = np.sqrt(np.asarray(people.multiply(people).sum(axis=1)).ravel())
        unit = sparse.diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ people
        scores: Singles = np.asarray((unit @ self.vectors.T).toarray(), dtype=np.float32)
        return np.asarray(scores + np.float32(self.popular) * self.known)

    def read(self, *, half_life: float, popular: float) -> "TagMatch":
        """The same tags, read differently."""
        return TagMatch(self.vectors, self.known, half_life, popular)


def fit_tags(
    events: Sequences, tags: Sequence[Sequence[str]], *, half_life: float = 8.0, popular: float = 0.1
) -> TagMatch:
    """tags: of each item slot; an item may have none."""
    numbers: dict[str, int] = {}
    pairs = [
        (item, numbers.setdefault(tag, len(numbers))) for item, words in enumerate(tags) for tag in dict.fromkeys(words)
    ]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    matrix = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(events.n_items, max(len(numbers), 1))
    )
    carriers = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0)
    # A tag that everything bears still tells a tagged thing from an untagged one.
    rare = np.log(events.n_items / carriers) + 1e-3
    weighted = (matrix @ sparse.diags(rare)).tocsr()
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    vectors = (sparse.diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ weighted).tocsr().astype(np.float32)
    known = np.log1p(np.asarray(events.matrix().sum(axis=0)).ravel())
    return TagMatch(vectors, (known / max(known.max(), 1.0)).astype(np.float32), half_life, popular)
