"""The score: four additive terms, each a plain sum over what the person did or what the clip is.

    score(i) = sum_j a_j s(j, i)  +  sum_t b_t x_i[t]  +  w_pop r_i  +  w_fresh 2^(-age_i / H)
               similar               content              popular      fresh

a, b: taste.py; s: cooccurrence.py; x: content.py; r: popularity.py. For a feed without a person a = b = 0.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import numpy as np

from miaohui.discovery.interest.arrays import NO_FLOATS, NO_SLOTS, Floats, Slots, accumulated, with_room
from miaohui.discovery.interest.catalogue import Catalogue
from miaohui.discovery.interest.content import Content
from miaohui.discovery.interest.cooccurrence import Cooccurrence
from miaohui.discovery.interest.popularity import Popularity
from miaohui.discovery.interest.taste import Taste
from miaohui.discovery.interest.weights import Blend


class Similar(msgspec.Struct, frozen=True):
    """sums: the similar term by item slot, dense; touched: the slots where it may differ from 0, with repetitions."""

    sums: Floats
    touched: Slots


class Scorer:
    """Reads the models and keeps scratch arrays between requests; holds no state of its own."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        content: Content,
        cooccurrence: Cooccurrence,
        popularity: Popularity,
        blend: Blend,
    ) -> None:
        self.catalogue = catalogue
        self.content = content
        self.cooccurrence = cooccurrence
        self.popularity = popularity
        self.blend = blend
        self._item_zeros = NO_FLOATS
        self._token_zeros = NO_FLOATS
        self.item_scratch = NO_SLOTS

    @contextmanager
    def similar(self, taste: Taste) -> Iterator[Similar]:
        """The similar term of every item, valid inside the block."""
        self._item_zeros = with_room(self._item_zeros, len(self.catalogue))
        self.item_scratch = with_room(self.item_scratch, len(self.catalogue))
        _, touched, values = self.cooccurrence.spread(
            taste.items, taste.item_weights, shrinkage=self.blend.similarity_shrinkage
        )
        with accumulated(self._item_zeros, touched, values) as sums:
            yield Similar(sums=sums, touched=touched)

    def content_of(self, taste: Taste, slots: Slots) -> Floats:
        """The content term of items (n,)."""
        self._token_zeros = with_room(self._token_zeros, len(self.content.labels))
        if len(taste.tokens) == 0:
            return np.zeros(len(slots))
        with accumulated(self._token_zeros, taste.tokens, taste.token_weights) as weights:
            tokens, values = self.content.vectors(slots)
            cosines: Floats = (weights[tokens] * values).sum(axis=1)
            return cosines

    def popular(self, slots: Slots, now_ms: int) -> Floats:
        return self.blend.popular * self.popularity.rates(slots, now_ms)

    def fresh(self, slots: Slots, now_ms: int) -> Floats:
        """The freshness term of items (n,); a clip dated in the future is as fresh as one published now."""
        age_ms = np.maximum(now_ms - self.catalogue.published_at_ms[slots], 0)
        return self.blend.fresh * np.exp2(-age_ms / self.blend.fresh_half_life_ms)

    def score(self, taste: Taste, slots: Slots, now_ms: int) -> Floats:
        """The whole blend for items (n,)."""
        with self.similar(taste) as similar:
            return self.total(taste, slots, similar, now_ms)

    def total(self, taste: Taste, slots: Slots, similar: Similar, now_ms: int) -> Floats:
        return (
            similar.sums[slots]
            + self.content_of(taste, slots)
            + self.popular(slots, now_ms)
            + self.fresh(slots, now_ms)
        )
