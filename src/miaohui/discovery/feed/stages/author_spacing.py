"""Keeps the clips of one author apart, and lets further ones of theirs count for less."""

from collections.abc import Sequence

from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.weights import FeedWeights


class AuthorSpacing:
    """Knows which authors stand too near to a slot.

    slots: the page so far, None where it is still open; before: what the session's last pages ended with.
    """

    def __init__(self, before: Sequence[Listed], gap: int) -> None:
        self._gap = gap
        self._before = [listed.author_id for listed in before[-gap:]] if gap else []

    def too_near(self, slots: Sequence[Listed | None], position: int) -> frozenset[int]:
        """Return the authors with a clip within `gap` slots of `position`, on either side."""
        near = slots[max(position - self._gap, 0) : position + self._gap + 1]
        authors = {listed.author_id for listed in near if listed is not None}
        still_near = self._gap - position
        if still_near > 0:
            authors.update(self._before[-still_near:])
        return frozenset(authors)


class AuthorDecay:
    """How often each author has been on the session's last pages and on this one."""

    def __init__(self, weights: FeedWeights) -> None:
        self._weights = weights
        self._shown: dict[int, int] = {}

    def penalty(self, listed: Listed) -> float:
        """Return what a further clip of its author loses: 0 for the first, in the end `author_penalty`."""
        shown = self._shown.get(listed.author_id, 0)
        return self._weights.author_penalty * (1.0 - self._weights.author_decay**shown) if shown else 0.0

    def show(self, listed: Listed) -> None:
        """Note that the clip takes the next slot."""
        self._shown[listed.author_id] = self._shown.get(listed.author_id, 0) + 1
