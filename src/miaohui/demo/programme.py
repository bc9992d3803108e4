"""In which order the town's clips are made, and when they pretend to have been published."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from miaohui.demo.clips import IDEAS
from miaohui.demo.drawing.film import Rhythm, seed_of
from miaohui.demo.ideas import Idea
from miaohui.demo.topics import TOPICS

MONTH = timedelta(days=30)
# The oldest clips are made first, so that each person's past is planted in the order in which it
# happened; the newest is some minutes old.
_NEWEST = timedelta(minutes=4)


def rhythm_of(idea: Idea) -> Rhythm:
    """The cycle that a clip is drawn and played in: one of its topic's, always the same."""
    rhythms = TOPICS[idea.topic].rhythms
    return rhythms[seed_of(idea.key) % len(rhythms)]


def duration_ms(idea: Idea) -> int:
    """How long the clip will be."""
    return round(idea.verses * rhythm_of(idea).seconds * 1000)


def caption_of(idea: Idea) -> str:
    """What stands under the clip: the leading language, the other below it, and the hashtags."""
    texts = [idea.caption_zh, idea.caption_en]
    if idea.lead == "en":
        texts.reverse()
    tags = dict.fromkeys((*TOPICS[idea.topic].tags, *idea.tags))
    return "\n".join([*texts, " ".join(f"#{tag}" for tag in tags)])


def plan_programme(*, seed: int, ideas: Sequence[Idea] = IDEAS) -> list[Idea]:
    """All clips in the order of making: first one of each topic, then round after round in changing order."""
    rng = random.Random(seed)
    shelves = {topic: [idea for idea in ideas if idea.topic == topic] for topic in TOPICS}
    for shelf in shelves.values():
        rng.shuffle(shelf)
        # The shortest is popped first: the first wave must stand within seconds.
        shelf.append(shelf.pop(min(range(len(shelf)), key=lambda place: duration_ms(shelf[place]))))
    programme: list[Idea] = []
    while any(shelves.values()):
        round_of_topics = [shelf.pop() for shelf in shelves.values() if shelf]
        rng.shuffle(round_of_topics)
        programme += round_of_topics
    return programme


def first_wave(programme: Sequence[Idea]) -> list[Idea]:
    """One clip of each topic: what a visitor of the first seconds finds."""
    return list(programme[: len({idea.topic for idea in programme})])


def air_times(programme: Sequence[Idea], *, planted_at: datetime, seed: int) -> dict[str, datetime]:
    """When each clip was published, by key: rising over the month before `planted_at`."""
    rng = random.Random(f"{seed}:air")
    times: dict[str, datetime] = {}
    for number, idea in enumerate(programme):
        share = (number + 0.8 * rng.random()) / len(programme)
        # A little denser towards today: towns grow.
        times[idea.key] = planted_at - _NEWEST - MONTH * (1 - share**0.8)
    return times
