"""Keeps the clips of one author apart."""

from collections.abc import Sequence

from miaohui.discovery.feed.catalogue import Listed


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
