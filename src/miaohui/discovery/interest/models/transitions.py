"""What follows what, at several gaps.

    T(i, j) = sum over people, over events p < q with x_p = i, x_q = j, q - p <= reach  of  d^(q-p-1)
              + back times the same with i and j exchanged
    w(i, j) = T(i, j) / (n_i^enter n_j^(1 - leave))
    s(u, j) = sum over i in u of  g(age of i) w(i, j)

With reach = 1 and back = 0 a Markov chain; a reach of several events repairs what one odd event in between breaks,
and on thin data the way back (whoever took j then i) says nearly as much as the way there.

Source: Rendle et al. 2010 (factorised Markov chains) for the baseline; Ludewig and Jannach 2018 (sequential rules) for gaps.
"""

import msgspec
import numpy as np
from scipy import sparse

from miaohui.discovery.interest.models.decay import decayed_matrix, fading
from miaohui.discovery.interest.models.item_item import cut_rows
from miaohui.discovery.interest.models.sequences import Sequences, Singles


class Transitions(msgspec.Struct, frozen=True, eq=False):
    """following: w (n_items, n_items) sparse, at most `width` in a row."""

    following: sparse.csr_matrix
    half_life: float

    def scores(self, shown: Sequences) -> Singles:
        history = decayed_matrix(shown, half_life=self.half_life)
        return np.asarray((history @ self.following).toarray(), dtype=np.float32)


def fit_transitions(
    events: Sequences,
    *,
    half_life: float = 2.0,
    reach: int = 20,
    gap_half_life: float = 4.0,
    back: float = 0.5,
    enter: float = 0.5,
    leave: float = 0.5,
    width: int = 300,
) -> Transitions:
    """This will sum the pairs of every gap in one sparse matrix."""
    n, items = events.n_items, events.items
    ends = np.repeat(events.offsets[1:], events.lengths())
    place = np.arange(len(items))
    pairs = [place[place + gap < ends] for gap in range(1, reach + 1)]
    before = np.concatenate(pairs)
    gaps = np.repeat(np.arange(1, reach + 1), [len(pair) for pair in pairs])
    weights = (fading(gap_half_life) ** (gaps - 1.0)).astype(np.float32)
    total = sparse.csr_matrix((weights, (items[before], items[before + gaps])), shape=(n, n))
    if back:
        total = total + np.float32(back) * total.T
    people = np.maximum(np.bincount(items, minlength=n), 1.0).astype(np.float32)
    weighted = sparse.diags(people**-enter) @ total @ sparse.diags(people ** (leave - 1.0))
    return Transitions(cut_rows(weighted.tocsr().astype(np.float32), 0, width), half_life)
