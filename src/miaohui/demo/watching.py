"""A month of the town's watching, generated from everybody's interests and temper.

The behaviour is a plain model, good enough to bring an interest engine to life and to be found
again by it: how long somebody stays grows with their interest in the topic, with the clip's own
appeal and with their patience; what leaves them cold is swiped away within two seconds.
"""

import math
import random
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from miaohui.demo.ideas import Idea
from miaohui.demo.people import PEOPLE, Townsperson

DAYS = 30
NEWCOMERS = ("mei", "omar", "lena")
"""Whom visitors enter as. They have watched a few clips of the first wave and nothing since, so that
their feed has a taste, plenty left to show, and is not moved by the town while a visitor moves it."""
_NEWCOMERS_SEE = 6
_SEEN_SHARE = 0.5
# Interest counts for this much of the choice what to watch; the rest is what the day brings.
_CHOSEN_SHARE = 0.65


class Airing(msgspec.Struct, frozen=True):
    """A clip on the town's air."""

    idea: Idea
    duration_ms: int
    published_at: datetime


class Viewing(msgspec.Struct, frozen=True):
    """One person watched one clip once. `at` is the moment of leaving it."""

    person: str
    clip: str
    dwell_ms: int
    duration_ms: int
    at: datetime
    finished: bool
    liked: bool
    favourited: bool
    shared: bool
    followed_author: bool


def appeal(idea: Idea, *, seed: int) -> float:
    """How much a clip holds people apart from its topic, 0.6..1.4, the same in every run."""
    return 0.6 + 0.8 * random.Random(f"{seed}:{idea.key}").random()


def plan_watching(airings: Sequence[Airing], *, first_wave: Collection[str], now: datetime, seed: int) -> list[Viewing]:
    """All viewings of the month up to `now`, by time. Same arguments, same month.

    airings: the whole programme. first_wave: keys of the clips that exist from the first seconds.
    """
    appeals = {airing.idea.key: appeal(airing.idea, seed=seed) for airing in airings}
    first = [airing for airing in airings if airing.idea.key in first_wave]
    viewings: list[Viewing] = []
    for person in PEOPLE:
        shown, count = (first, _NEWCOMERS_SEE) if person.handle in NEWCOMERS else (airings, len(airings) * _SEEN_SHARE)
        month = _Month(person, shown, appeals, count=round(count), rng=random.Random(f"{seed}:{person.handle}"))
        viewings += month.viewings(now=now)
    return sorted(viewings, key=lambda viewing: (viewing.at, viewing.person))


class _Month:
    """One person's month: sittings in the evening and at noon, each of some clips in a row."""

    def __init__(
        self,
        person: Townsperson,
        airings: Sequence[Airing],
        appeals: dict[str, float],
        *,
        count: int,
        rng: random.Random,
    ) -> None:
        self._person = person
        self._appeals = appeals
        self._left = count
        self._rng = rng
        self._unseen = {airing.idea.key: airing for airing in airings if airing.idea.author != person.handle}
        self._followed: set[str] = set()

    def viewings(self, *, now: datetime) -> Iterator[Viewing]:
        """All that the person watches until `now`, sitting by sitting."""
        for sitting in _sittings(now=now, rng=self._rng, count=max(8, self._left // 4)):
            moment = sitting
            for _ in range(self._rng.randint(3, 8)):
                known = [each for each in self._unseen.values() if each.published_at < moment - timedelta(minutes=1)]
                if not known or self._left <= 0:
                    break
                viewing = self._view(self._pick(known), at=moment)
                moment = viewing.at + timedelta(seconds=self._rng.uniform(0.3, 2.5))
                if viewing.at < now:
                    yield viewing

    def _pick(self, known: Sequence[Airing]) -> Airing:
        """What comes next on their screen: mostly by interest, and a third by chance."""
        if self._rng.random() > _CHOSEN_SHARE:
            picked = self._rng.choice(known)
        else:
            weights = [0.04 + self._interest(airing) ** 2 for airing in known]
            picked = self._rng.choices(known, weights)[0]
        del self._unseen[picked.idea.key]
        self._left -= 1
        return picked

    def _view(self, airing: Airing, *, at: datetime) -> Viewing:
        person, rng = self._person, self._rng
        grip = self._interest(airing) * self._appeals[airing.idea.key]
        if grip < 0.2 and rng.random() < 0.9 - 0.5 * person.patience:
            dwell_ms = rng.uniform(350, 1900)
        else:
            # Dwell times are close to log-normal (Yin et al., "Silence is also evidence", KDD 2013).
            share = rng.lognormvariate(math.log(0.25 + 0.85 * grip + 0.25 * person.patience), 0.38)
            dwell_ms = min(share, 2.4) * airing.duration_ms
        finished = dwell_ms >= airing.duration_ms * 0.98
        liked = dwell_ms > 2000 and rng.random() < 1.1 * person.warmth * grip * (1.4 if finished else 0.7)
        author = airing.idea.author
        follows = liked and author not in self._followed and rng.random() < 0.15 + 0.4 * person.warmth
        if follows:
            self._followed.add(author)
        return Viewing(
            person=person.handle,
            clip=airing.idea.key,
            dwell_ms=max(200, round(dwell_ms)),
            duration_ms=airing.duration_ms,
            at=at + timedelta(milliseconds=round(dwell_ms)),
            finished=finished,
            liked=liked,
            favourited=liked and rng.random() < 0.22,
            shared=liked and rng.random() < 0.08,
            followed_author=follows,
        )

    def _interest(self, airing: Airing) -> float:
        return self._person.interests.get(airing.idea.topic, 0.0)


def _sittings(*, now: datetime, rng: random.Random, count: int) -> list[datetime]:
    """Moments at which somebody takes up the phone, the later days a little more often."""
    times = []
    for _ in range(count):
        days_ago = DAYS * (1 - math.sqrt(rng.random())) * 0.96
        hour = rng.choice((7.5, 12.3, 12.6, 19.0, 20.5, 21.5, 22.3)) + rng.gauss(0, 0.6)
        day = (now - timedelta(days=days_ago)).replace(hour=0, minute=0, second=0, microsecond=0)
        at = day + timedelta(hours=hour)
        if at < now - timedelta(minutes=12):
            times.append(at)
    return sorted(times)
