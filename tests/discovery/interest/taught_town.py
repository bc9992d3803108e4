"""A town with four hidden tastes that has told its log to a lesson: clips and goods whose words say nothing."""

from array import array
from typing import Any

import numpy as np

from miaohui.discovery.interest import Action, InterestEngine
from miaohui.discovery.interest.learned.model import LearnedModel
from miaohui.discovery.interest.learning.fit import Fitting, finish_lesson, fit_model
from miaohui.discovery.interest.learning.lesson import Lesson
from tests.discovery.interest.town import MONDAY_MS

TASTES = 4
CLIP_MS = 15_000
WORTH = {
    "finish": 1.0, "like": 1.5, "follow": 4.0, "share": 3.0, "open": 1.5, "buy": 6.0, "not_interested": -8.0,
}  # fmt: skip


class TaughtTown:
    """Item n serves taste n % 4; person p has taste p % 4. Clip n has the outside id name(n), goods n name(1000 + n)."""

    def __init__(self, *, clips: int = 120, goods: int = 24, seed: int = 3, name: dict[int, int] | None = None) -> None:
        self.engine = InterestEngine()
        self.lesson = Lesson(self.engine)
        self.rng = np.random.default_rng(seed)
        self.now_ms = MONDAY_MS
        self.clips, self.goods = range(clips), range(1000, 1000 + goods)
        self._name = name or {}
        for number in (*self.clips, *self.goods):
            self.add(number, kind="video" if number < 1000 else "goods")

    def name(self, number: int) -> int:
        """The outside id of an item."""
        return self._name.get(number, number + 1)

    def add(
        self, number: int, *, kind: str = "video", tokens: tuple[str, ...] = (), duration_ms: int = CLIP_MS
    ) -> None:
        self.engine.add_item(
            item_id=self.name(number),
            author_id=9_000_000 + number % 50,
            tokens=tokens or (f"only{number}",),
            duration_ms=duration_ms,
            published_at_ms=self.now_ms,
            kind=kind,
        )

    def act(self, person: int, number: int, kind: str, dwell_ms: float | None = None) -> float:
        self.now_ms += 1000
        return self.lesson.observe(
            Action(person_id=person, item_id=self.name(number), kind=kind, at_ms=self.now_ms, dwell_ms=dwell_ms)
        )

    def live(self, *, people: int, each: int) -> None:
        """Everybody in turn meets a clip, and every fifth time goods."""
        for turn in range(each):
            for person in range(1, people + 1):
                of_goods = turn % 5 == 4
                number = int(self.rng.choice(self.goods if of_goods else self.clips))
                liked = number % TASTES == person % TASTES
                self.act(person, number, "impression")
                if of_goods:
                    if liked:
                        self.act(person, number, "open_product")
                    continue
                finishes = self.rng.random() < (0.75 if liked else 0.1)
                self.act(person, number, "dwell", CLIP_MS if finishes else self.rng.uniform(300, 3000))
                if liked and self.rng.random() < 0.2:
                    self.act(person, number, "like")

    def scores(self, person: int, numbers: "range | list[int]") -> np.ndarray:
        items = [self.name(number) for number in numbers]
        return self.engine.score(person_id=person, item_ids=items, now_ms=self.now_ms)


def taught(*, people: int = 120, each: int = 60, **kw: Any) -> tuple[TaughtTown, LearnedModel]:
    """The town after its log was told, and what was learned; the model is taken up."""
    town = TaughtTown(**kw)
    town.live(people=people, each=each * 3 // 4)
    town.engine.adopt(fit_model(town.lesson, version="first", up_to=1, now_ms=town.now_ms))
    town.lesson.ask(moments=400, meetings=3000, acts_left=people * each // 4 * 2)
    town.live(people=people, each=each // 4)
    model = finish_lesson(town.lesson, version="second", up_to=2, now_ms=town.now_ms, worth=WORTH)
    assert model is not None
    town.engine.adopt(model)
    return town, model


def model_of_chance(engine: InterestEngine, rng: np.random.Generator, *, weight: float = 1.0) -> LearnedModel | None:
    """A model fitted from pasts by lot, in which every term counts; for promises that no model may break."""
    lesson = Lesson(engine)
    n_items = len(engine.catalogue)
    if n_items:
        lesson.pasts = {person: array("i", rng.integers(0, n_items, 12).tolist()) for person in range(30)}
    model = fit_model(lesson, version="chance", up_to=0, now_ms=0, fitting=Fitting(least_events=10, ease_people=1))
    if model is None:
        return None
    everything = (1.0,) * 4 + (weight,) * (len(model.notes.weights_long) - 4)
    return model.with_notes(weights_long=everything, weights_short=everything)
