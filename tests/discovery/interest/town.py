"""A small town for the engine's tests: ten topics, clips that say what they are about, people who like some of it."""

from itertools import count

import numpy as np

from miaohui.discovery.interest import Action, InterestEngine

TOPICS = ("cats", "noodles", "pottery", "cycling", "opera", "gardens", "chess", "kites", "trains", "tea")
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
MONDAY_MS = 1_767_571_200_000  # 2026-01-05 00:00 UTC


class Town:
    """clips: id -> topic, ids from 1000; people have ids from 1. now_ms moves on with every act."""

    def __init__(self, engine: InterestEngine | None = None, *, seed: int = 7) -> None:
        self.engine = engine or InterestEngine()
        self.rng = np.random.default_rng(seed)
        self.now_ms = MONDAY_MS
        self.clips: dict[int, str] = {}
        self.acts: list[Action] = []
        self._ids = count(1000)

    def publish(self, topic: str, *, author_id: int | None = None, duration_ms: int = 15_000) -> int:
        """A clip with its topic's hashtag, some words of the topic and some of no topic."""
        item_id = next(self._ids)
        about = [f"{topic}{n}" for n in self.rng.choice(8, size=3, replace=False)]
        chatter = [f"word{n}" for n in self.rng.choice(40, size=4, replace=False)]
        self.engine.add_item(
            item_id=item_id,
            author_id=int(self.rng.integers(1, 41)) if author_id is None else author_id,
            tokens=[f"#{topic}", *about, *chatter, f"only{item_id}"],
            duration_ms=duration_ms,
            published_at_ms=self.now_ms,
        )
        self.clips[item_id] = topic
        return item_id

    def publish_many(self, number: int) -> None:
        for n in range(number):
            self.publish(TOPICS[n % len(TOPICS)], duration_ms=int(self.rng.integers(5, 120)) * 1000)

    def act(self, person_id: int, item_id: int, kind: str, dwell_ms: float | None = None) -> float:
        self.now_ms += MINUTE_MS
        action = Action(person_id=person_id, item_id=item_id, kind=kind, dwell_ms=dwell_ms, at_ms=self.now_ms)
        self.acts.append(action)
        return self.engine.observe(action)

    def dwell(self, person_id: int, item_id: int) -> float:
        """To the end of the clip."""
        return self.act(person_id, item_id, "dwell", float(self.length_ms(item_id)))

    def swipe(self, person_id: int, item_id: int) -> float:
        return self.act(person_id, item_id, "dwell", 600.0)

    def length_ms(self, item_id: int) -> int:
        return int(self.engine.catalogue.duration_ms[self.engine.catalogue.slots[item_id]])

    def live(self, *, people: int, acts_each: int) -> None:
        """Everybody watches; two topics are liked by each person, the others mostly thrown away."""
        clips = list(self.clips)
        for _ in range(acts_each):
            for person_id in range(1, people + 1):
                item_id = clips[int(self.rng.integers(len(clips)))]
                if self.clips[item_id] in self.liked_by(person_id):
                    self.act(person_id, item_id, "dwell", self.length_ms(item_id) * self.rng.uniform(0.6, 1.3))
                    if self.rng.random() < 0.2:
                        self.act(person_id, item_id, "like")
                else:
                    self.act(person_id, item_id, "dwell", self.length_ms(item_id) * self.rng.uniform(0.02, 0.4))

    @staticmethod
    def liked_by(person_id: int) -> set[str]:
        return {TOPICS[person_id % len(TOPICS)], TOPICS[(person_id * 3 + 1) % len(TOPICS)]}

    def of_topic(self, topic: str) -> list[int]:
        return [item_id for item_id, its in self.clips.items() if its == topic]

    def page(self, person_id: int, size: int = 6, *, seed: int = 1, personal: bool = True) -> list[int]:
        """The best `size` candidates."""
        found = self.engine.candidates(
            person_id=person_id,
            now_ms=self.now_ms,
            limit=60,
            rng=np.random.default_rng(seed),
            personal=personal,
        )
        return [candidate.item_id for candidate in found[:size]]

    def topics(self, page: list[int]) -> list[str]:
        return [self.clips[item_id] for item_id in page]


def demo_town(seed: int = 7) -> Town:
    """About the size of the demo town: 120 clips, 40 people, some weeks of watching."""
    town = Town(seed=seed)
    town.publish_many(120)
    town.live(people=40, acts_each=25)
    return town
