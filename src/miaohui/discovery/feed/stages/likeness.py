"""Lets what is like the last clips stand back, whatever its hashtags say, and keeps copies apart.

Maximal marginal relevance (Carbonell, Goldstein, SIGIR 1998) over vectors: the score less a penalty for likeness to
what the page has shown, which fades with each further slot. Likeness stands in interest/likeness.py.
"""

from collections.abc import Sequence

import numpy as np

from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.weights import FeedWeights
from miaohui.discovery.interest import InterestEngine


class VectorDiversity:
    """How present what an item is like is at the slot that is filled next.

    listed: all that may be on the page, and what was there before; of what the engine does not know, nothing is said.
    """

    def __init__(self, engine: InterestEngine, listed: Sequence[Listed], weights: FeedWeights) -> None:
        self._weights = weights
        self._ids = [item_id for item_id in dict.fromkeys(each.item_id for each in listed) if engine.knows(item_id)]
        self._place = {item_id: place for place, item_id in enumerate(self._ids)}
        self._likeness = engine.likeness(self._ids)
        self._presence = np.zeros(len(self._ids))
        self._presences: list[float] = []
        self._copies: dict[int, frozenset[int]] = {}

    def penalty(self, listed: Listed) -> float:
        """Return what the clip's score loses here: 0 if it is like nothing that was shown."""
        place = self._place.get(listed.item_id)
        if place is None or not self._presences:
            return 0.0
        return self._weights.likeness_penalty * min(self._presences[place], self._weights.topic_presence_max)

    def show(self, listed: Listed) -> None:
        """Note that the clip takes the next slot."""
        self._presence *= self._weights.topic_fading
        place = self._place.get(listed.item_id)
        if place is not None:
            alike = self._likeness.of(place)
            # Squared: much that shares a word is no repetition.
            self._presence += alike * alike
            self._copies[listed.item_id] = self._copies_among(alike)
        self._presences = self._presence.tolist()

    def copies_of(self, listed: Listed) -> frozenset[int]:
        """Return the ids of what is so like the clip that both should not stand side by side."""
        if listed.item_id not in self._copies:
            place = self._place.get(listed.item_id)
            self._copies[listed.item_id] = (
                frozenset() if place is None else self._copies_among(self._likeness.of(place))
            )
        return self._copies[listed.item_id]

    def _copies_among(self, alike: np.ndarray[tuple[int], np.dtype[np.float64]]) -> frozenset[int]:
        return frozenset(self._ids[place] for place in np.flatnonzero(alike >= self._weights.copy_likeness).tolist())


def copies_near(
    diversity: VectorDiversity, slots: Sequence[Listed | None], before: Sequence[Listed], position: int, gap: int
) -> frozenset[int]:
    """Return the ids of copies of what stands within `gap` slots of `position`, on either side."""
    near = [listed for listed in slots[max(position - gap, 0) : position + gap + 1] if listed is not None]
    if gap > position:
        near += before[-(gap - position) :]
    return frozenset().union(*(diversity.copies_of(listed) for listed in near))
