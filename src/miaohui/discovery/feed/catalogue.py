"""What can be served: every published item, in memory, with what the stages ask of it thousands of times a second."""

from bisect import insort
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import takewhile

import msgspec

from miaohui.discovery.feed.signal_log import ItemKind
from miaohui.discovery.interest import InterestEngine


class Listed(msgspec.Struct, frozen=True):
    """A published item. topics: its hashtags without the sign; author_id: of goods the shop."""

    item_id: int
    author_id: int
    published_at_ms: int
    topics: tuple[str, ...]
    kind: ItemKind = "video"


Place = tuple[int, int]
"""(published_at_ms, item_id): where an item stands among its author's, and where a page of Following ended."""


class Catalogue:
    """Listed items by id, clips also by author. Follows the engine's own catalogue, from which it can be rebuilt.

    items: the clips; goods: the goods. They are apart, so that no stage of a feed can show the other by mistake.
    """

    def __init__(self) -> None:
        self.items: dict[int, Listed] = {}
        self.goods: dict[int, Listed] = {}
        self._by_author: dict[int, list[Place]] = {}

    @classmethod
    def of_engine(cls, engine: InterestEngine) -> "Catalogue":
        """Rebuild the catalogue from an engine that a snapshot has brought back; 100,000 items take about 0.5 s."""
        catalogue = cls()
        items = engine.catalogue
        labels = engine.content.labels
        columns = (items.ids, items.authors, items.published_at_ms, items.alive, items.kinds, engine.content.tokens)
        for item_id, author_id, published_at_ms, alive, kind, tokens in zip(
            *(column[: len(items)].tolist() for column in columns), strict=True
        ):
            if alive:
                # The author stands in the first column, the padding has an empty label.
                topics = topics_among(str(labels[token]) for token in tokens[1:])
                named: ItemKind = "goods" if items.kind_names[kind] == "goods" else "video"
                catalogue.put(Listed(item_id, author_id, published_at_ms, topics, named))
        return catalogue

    def put(self, listed: Listed) -> None:
        """List an item, or replace what is listed under its id."""
        self.drop(listed.item_id)
        if listed.kind == "goods":
            self.goods[listed.item_id] = listed
            return
        self.items[listed.item_id] = listed
        insort(self._by_author.setdefault(listed.author_id, []), (listed.published_at_ms, listed.item_id))

    def drop(self, item_id: int) -> None:
        """Take an item off the list; one that is not there is fine."""
        self.goods.pop(item_id, None)
        listed = self.items.pop(item_id, None)
        if listed is None:
            return
        places = self._by_author[listed.author_id]
        places.remove((listed.published_at_ms, item_id))
        if not places:
            del self._by_author[listed.author_id]

    def listed(self, item_id: int) -> Listed | None:
        """Return a clip or goods by id, None for what is not listed."""
        return self.items.get(item_id) or self.goods.get(item_id)

    def newest_of(self, author_ids: Iterable[int], *, before: Place | None = None) -> Iterator[Listed]:
        """Yield the items of these authors, newest first, from behind the place `before`.

        Costs one step for each author and then one for each item that is taken.
        """
        shelves = [self._newest_first(author_id, before) for author_id in author_ids if author_id in self._by_author]
        for _, item_id in merge(*shelves, reverse=True):
            yield self.items[item_id]

    def _newest_first(self, author_id: int, before: Place | None) -> Iterator[Place]:
        places = reversed(self._by_author[author_id])
        if before is None:
            return places
        return (place for place in places if place < before)


def topics_among(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the hashtags among tokens, without the sign; tokens.py puts them first."""
    return tuple(token[1:] for token in takewhile(lambda token: token.startswith("#"), tokens))
