"""How alike items are, by what they say and by who watches them.

    content    (x_i . x_j)  *  m / (m + 2)  *  q                         unit vectors over words (content.py)
    factors    (l_i . l_j) / (|l_i| |l_j|)  *  n / (n + 10)              n: watchers of the one with fewer
    likeness   the greater of both, at least 0

l are vectors of the low-pass model (learned/), only of items that people have watched: what an item's own words have lent it
would count words twice. m: words that other items have too, of the item with fewer; q: their share of its words, the smaller of both,
since a word of its own weighs nothing in x and still tells it apart. So clips are not copies for having one watcher in
common, the same word or two, or the same beginning of a sentence.
"""

import numpy as np

from miaohui.discovery.interest.arrays import Floats, Slots
from miaohui.discovery.interest.content import AUTHOR, NO_TOKEN, Content
from miaohui.discovery.interest.learned.reading import Reader

WATCHERS_PRIOR = 10.0
WORDS_PRIOR = 2.0


class Likeness:
    """Of items (n,) with each other, row by row as they are asked for; each row costs what n candidates cost a page."""

    def __init__(self, slots: Slots, content: Content, reader: Reader | None) -> None:
        self._tokens, self._values = content.vectors(slots)
        # Columns instead of vocabulary: a row then needs no scratch as long as all words.
        words, columns = np.unique(self._tokens, return_inverse=True)
        self._columns = columns.reshape(self._tokens.shape)
        self._words = len(words)
        shared = (self._values[:, AUTHOR + 1 :] > 0).sum(axis=1)
        words_each = (self._tokens[:, AUTHOR + 1 :] != NO_TOKEN).sum(axis=1)
        self._told, self._share = shared, shared / np.maximum(words_each, 1)
        self._factors = None if reader is None else reader.directions_of(slots)

    def of(self, place: int) -> Floats:
        """Likeness of the item at `place` to all, (n,), each in [0, 1]; near 1 to itself where much is known of it."""
        word = np.zeros(self._words)
        # A word stands once in an item; padding weighs nothing.
        word[self._columns[place]] = self._values[place]
        m, q = np.minimum(self._told, self._told[place]), np.minimum(self._share, self._share[place])
        rows: Floats = (word[self._columns] * self._values).sum(axis=1) * (q * m / (m + WORDS_PRIOR))
        if self._factors is not None:
            directions, watchers = self._factors
            cosines = np.einsum("ij,j->i", directions, directions[place])
            n = np.minimum(watchers, watchers[place])
            rows = np.maximum(rows, cosines * (n / (n + WATCHERS_PRIOR)))
        return np.clip(rows, 0.0, 1.0)
