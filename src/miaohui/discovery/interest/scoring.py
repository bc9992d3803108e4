"""The score: additive terms, each a plain sum over what the person did or what the clip is.

    score(i) = sum_j a_j s(j, i)  +  sum_t b_t x_i[t]  +  w_pop r_i  +  w_fresh 2^(-age_i / H)
               similar               content              popular      fresh

a, b: taste.py; s: cooccurrence.py; x: content.py; r: popularity.py. For a feed without a person a = b = 0.

With a model (learned/model.py) there are further terms, each a sum over what was watched as well, and each term has a
weight, chosen on validation; without one the weights are 1 and this is what is left:

    score(i) = sum over terms m of  v_m term_m(i)
"""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import numpy as np

from miaohui.discovery.interest.arrays import NO_FLOATS, NO_SLOTS, Floats, Slots, with_room
from miaohui.discovery.interest.catalogue import Catalogue
from miaohui.discovery.interest.content import Content
from miaohui.discovery.interest.cooccurrence import Cooccurrence
from miaohui.discovery.interest.learned.model import LIVE_TERMS, NO_MODEL_WEIGHTS, SPREAD, TERMS
from miaohui.discovery.interest.learned.reading import Reader
from miaohui.discovery.interest.popularity import Popularity
from miaohui.discovery.interest.taste import Taste
from miaohui.discovery.interest.weights import Blend

_FIRST_LEARNED = len(LIVE_TERMS)
_SMOOTH = len(TERMS) - 1


class Similar(msgspec.Struct, frozen=True):
    """live: the similar term by item slot, dense; learned: (n_items, n_spread) the spread terms of a model, None without
    one; touched: the slots where one may differ from 0, with repetitions.

    direction: the past in the low-pass model, None where it is not asked for. weights: v of TERMS for this person.
    """

    live: Floats
    learned: Floats | None
    touched: Slots
    direction: Floats | None
    weights: Floats

    def weighted(self, slots: Slots) -> Floats:
        """The sums of items (n,) under the weights; (n,)."""
        sums: Floats = self.live[slots] * self.weights[0]
        if self.learned is not None:
            # einsum here and below: BLAS would wake its threads for products of some thousand numbers.
            sums += np.einsum("ij,j->i", self.learned[slots], self.weights[_FIRST_LEARNED:_SMOOTH])
        return sums


class Spread(msgspec.Struct, frozen=True):
    """What a past reaches: the live similarity's slots and values, and each term's of a model by its number there."""

    live: tuple[Slots, Floats]
    learned: list[tuple[int, Slots, Floats]]
    direction: Floats | None


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
        self.reader: Reader | None = None
        self._item_zeros = NO_FLOATS
        self._learned_zeros: Floats = np.zeros((0, len(SPREAD)))
        self._token_zeros = NO_FLOATS
        self.item_scratch = NO_SLOTS

    @contextmanager
    def similar(self, taste: Taste, *, every: bool = False, spread: Spread | None = None) -> Iterator[Similar]:
        """The terms that are spread from the past, of every item; valid inside the block.

        every: also terms without a weight, which heads and lessons ask for. spread: what `spread` returned for them.
        """
        spread = spread or self.spread(taste, every=every)
        n_items = len(self.catalogue)
        self._item_zeros = with_room(self._item_zeros, n_items)
        self.item_scratch = with_room(self.item_scratch, n_items)
        live, learned = self._item_zeros, None
        touched, values = spread.live
        np.add.at(live, touched, values)
        if self.reader is not None:
            self._learned_zeros = with_room(self._learned_zeros, n_items)
            learned = self._learned_zeros
            for number, slots, values in spread.learned:
                np.add.at(learned[:, number], slots, values)
            touched = np.concatenate([touched, *(slots for _, slots, _ in spread.learned)])
        try:
            yield Similar(
                live=live, learned=learned, touched=touched, direction=spread.direction, weights=self.weights(taste)
            )
        finally:
            live[touched] = 0.0
            if learned is not None:
                learned[touched] = 0.0

    def spread(self, taste: Taste, *, every: bool = False) -> Spread:
        """What the past reaches: the dear half of `similar`, good for as long as nothing is observed."""
        _, touched, values = self.cooccurrence.spread(
            taste.items, taste.item_weights, shrinkage=self.blend.similarity_shrinkage
        )
        if self.reader is None:
            return Spread((touched, values), [], None)
        weights, read = self.weights(taste), self._learned(taste)
        wanted = [number for number in range(len(SPREAD)) if every or weights[_FIRST_LEARNED + number]]
        learned = [(number, slots, told) for number, _, slots, told in self.reader.spread(taste.items, read, wanted)]
        direction = None
        if every or weights[_SMOOTH]:
            direction = self.reader.direction(taste.items, read).astype(np.float64)
        return Spread((touched, values), learned, direction)

    def weights(self, taste: Taste) -> Floats:
        """v of TERMS."""
        if self.reader is None:
            return np.array(NO_MODEL_WEIGHTS)
        return np.array(self.reader.model.weights(clips=taste.clips))

    def content_of(self, taste: Taste, slots: Slots) -> Floats:
        """The content term of items (n,), unweighted."""
        self._token_zeros = with_room(self._token_zeros, len(self.content.labels))
        if len(taste.tokens) == 0:
            return np.zeros(len(slots))
        weights = self._token_zeros
        np.add.at(weights, taste.tokens, taste.token_weights)
        try:
            tokens, values = self.content.vectors(slots)
            cosines: Floats = (weights[tokens] * values).sum(axis=1)
            return cosines
        finally:
            weights[taste.tokens] = 0.0

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
        """The score of items (n,)."""
        if self.reader is not None:
            total: Floats = self.terms(taste, slots, similar, now_ms) @ similar.weights
            return total
        return (
            similar.live[slots]
            + self.content_of(taste, slots)
            + self.popular(slots, now_ms)
            + self.fresh(slots, now_ms)
        )

    def terms(self, taste: Taste, slots: Slots, similar: Similar, now_ms: int) -> Floats:
        """Each term of items (n,) by itself, before its weight; (n, n_terms) in the order of TERMS."""
        terms = np.zeros((len(slots), len(TERMS)))
        terms[:, 0] = similar.live[slots]
        terms[:, 1] = self.content_of(taste, slots)
        terms[:, 2] = self.popular(slots, now_ms)
        terms[:, 3] = self.fresh(slots, now_ms)
        if similar.learned is not None:
            terms[:, _FIRST_LEARNED:_SMOOTH] = similar.learned[slots]
        if self.reader is not None and similar.direction is not None:
            terms[:, _SMOOTH] = np.einsum("ij,j->i", self.reader.leave(slots), similar.direction)
        return terms

    def parts_of(self, taste: Taste, slot: int) -> Floats:
        """What each watched item adds to the score of one item, (n_items_of_taste,), weights included."""
        weights = self.weights(taste)
        parts = np.zeros(len(taste.items))
        positions, neighbours, values = self.cooccurrence.spread(
            taste.items, taste.item_weights, shrinkage=self.blend.similarity_shrinkage
        )
        here = neighbours == slot
        np.add.at(parts, positions[here], weights[0] * values[here])
        if self.reader is not None:
            learned = self._learned(taste)
            for number, anchors, slots, spread in self.reader.spread(taste.items, learned, range(len(SPREAD))):
                here = slots == slot
                np.add.at(parts, anchors[here], weights[_FIRST_LEARNED + number] * spread[here])
            leave = self.reader.leave(np.array([slot], dtype=np.int32))[0]
            parts += weights[_SMOOTH] * (self.reader.directions(taste.items, learned) @ leave)
        return parts

    def _learned(self, taste: Taste) -> Floats:
        """A feed without a person has no past, and so no columns."""
        return taste.learned if taste.learned.shape[1] else np.zeros((len(taste.items), len(TERMS) - _FIRST_LEARNED))
