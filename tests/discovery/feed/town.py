"""A town of clips without a database: the folded log alone, told by short sentences."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import numpy as np

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.for_you import RankedPage, rank_for_you
from miaohui.discovery.feed.signal_log import ItemFacts, LoggedSignal
from miaohui.discovery.feed.stages.ask import Ask, Candidate, PersonFacts
from miaohui.discovery.feed.tokens import caption_tokens
from miaohui.discovery.feed.weights import WEIGHTS, FeedWeights
from miaohui.kit.clock import ManualClock, to_ms
from miaohui.media.videos.captions import find_topics

CLIP_MS = 10_000


class Town:
    """Clips and people by small numbers; every act is a row of the log."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.folded = FoldedInterest()
        self.rows: list[LoggedSignal] = []
        self._item_ids = count(1001)

    def publish(self, caption: str, *, author: int, item_id: int | None = None) -> int:
        """A new clip, a minute after the one before."""
        item_id = item_id or next(self._item_ids)
        self.clock.advance(timedelta(minutes=1))
        facts = ItemFacts(
            kind="video",
            tokens=tuple(caption_tokens(caption, find_topics(caption))),
            duration_ms=CLIP_MS,
            published_at_ms=to_ms(self.clock.now()),
        )
        self.log(author, "published", item_id, facts=facts)
        return item_id

    def take_down(self, item_id: int, *, author: int) -> None:
        self.log(author, "removed", item_id)

    def watch(self, person: int, item_id: int, seconds: float = 12) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.log(person, "dwell", item_id, dwell_ms=round(seconds * 1000), duration_ms=CLIP_MS)

    def swipe_away(self, person: int, item_id: int) -> None:
        self.watch(person, item_id, 0.4)

    def log(self, person: int, kind: str, item_id: int | None = None, **more: object) -> None:
        row = LoggedSignal(
            seq=len(self.rows) + 1,
            person_id=person,
            kind=kind,
            at=self.clock.now(),
            item_id=item_id,
            **({"dwell_ms": None, "duration_ms": None, "facts": None} | more),
        )
        self.rows.append(row)
        self.folded.fold([row])

    def ask(
        self,
        person: int,
        *,
        limit: int = 10,
        follows: Sequence[int] = (),
        avoids: Sequence[int] = (),
        personal: bool = True,
        served: Sequence[int] = (),
    ) -> Ask:
        return Ask(
            person_id=person,
            now_ms=to_ms(self.clock.now()),
            limit=limit,
            personal=personal,
            facts=PersonFacts(followees=frozenset(follows), avoided=frozenset(avoids)),
            served=tuple(served),
        )

    def rank(self, ask: Ask, *, seed: int = 1, weights: FeedWeights = WEIGHTS) -> RankedPage:
        return rank_for_you(self.folded, ask, weights, np.random.default_rng(seed))

    def page(self, person: int, *, seed: int = 1, weights: FeedWeights = WEIGHTS, **ask: object) -> list[Candidate]:
        return self.rank(self.ask(person, **ask), seed=seed, weights=weights).page


def ids(page: Sequence[Candidate]) -> list[int]:
    return [each.listed.item_id for each in page]


def authors(page: Sequence[Candidate]) -> list[int]:
    return [each.listed.author_id for each in page]


def topics(page: Sequence[Candidate]) -> list[str]:
    return [each.listed.topics[0] for each in page]
