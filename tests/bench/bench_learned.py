"""The engine with what was learned from everybody: figures of the issue, on one core.

    at once      act observed, then the next page, with 100,000 items and 100,000 people; and their state in memory
    refit        40,000 items from a log of acts: seconds and peak memory in a process of its own, chances on what was not
                 told
    state        100,000 people whose histories are all full, in resident memory, hence a million

What a page costs as the catalogue grows stands in bench_growth.py. The town is made up: items of 500 hidden topics, words that tell some of it, people of two topics each.
"""

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.discovery.interest import Action, InterestEngine
from miaohui.discovery.interest.learned.model import LearnedModel, open_model, pack_model
from miaohui.discovery.interest.learning.fit import finish_lesson, fit_model
from miaohui.discovery.interest.learning.lesson import Lesson
from miaohui.discovery.interest.people import People
from tests.bench.bench_interest import bytes_of_everybody
from tests.bench.table import print_table

TOPICS = 500
CLIP_MS = 15_000
START_MS = 1_767_571_200_000
CANDIDATES = 300
PAGES = 400
PATTERNS = 400
"""People whose full pasts are told act by act; the others of a hundred thousand have the like of theirs."""
MET = 400
"""Clips that a person with a full past has met."""


def run() -> dict[str, Any]:
    """Measure, each part in a process of its own, so that its peak memory is its own."""
    state = apart(measure_state, 100_000, 100_000)
    print_table([state], list(state))
    refit = apart(measure_refit, 40_000, 4_000, 60)
    print_table([refit], list(refit))
    at_once = apart(measure_at_once, 100_000, 100_000)
    print_table([at_once], list(at_once))
    return {"state": state, "refit": refit, "at once": at_once}


class Town:
    """Items of topics, people of two each. acts_each: of a person, two thirds of them on their topics."""

    def __init__(self, items: int, *, seed: int = 1) -> None:
        self.rng = np.random.default_rng(seed)
        self.engine = InterestEngine()
        self.items = items
        topics = min(TOPICS, max(items // 20, 4))
        self.topic = self.rng.integers(0, topics, items)
        self.shelves = [np.flatnonzero(self.topic == topic) for topic in range(topics)]
        words = self.rng.zipf(1.3, (items, 6)) % 20_000
        lengths = self.rng.integers(5, 120, items) * 1000
        for item in range(items):
            self.engine.add_item(
                item_id=item + 1,
                author_id=10**9 + item % max(items // 10, 10),
                tokens=[f"#t{self.topic[item]}" if item % 3 == 0 else "", *(f"w{word}" for word in words[item])],
                duration_ms=int(lengths[item]),
                published_at_ms=START_MS + item,
            )
        self.now_ms = START_MS + items

    def topics_of(self, person: int) -> tuple[int, int]:
        return person * 7 % len(self.shelves), (person * 13 + 5) % len(self.shelves)

    def act(self, person: int) -> Action:
        """Somebody's next act: of their own topics mostly long ones, of others mostly glances."""
        mine = self.rng.random() < 0.6
        if mine:
            shelf = self.shelves[self.topics_of(person)[int(self.rng.integers(2))]]
            item = int(shelf[min(int(self.rng.zipf(1.2)) - 1, len(shelf) - 1)])
        else:
            item = int(self.rng.integers(self.items))
        stays = self.rng.random() < (0.7 if mine else 0.15)
        self.now_ms += 1000
        length_ms = int(self.engine.catalogue.duration_ms[item])
        return Action(
            person_id=person,
            item_id=item + 1,
            kind="dwell",
            dwell_ms=length_ms * float(self.rng.uniform(0.95, 1.3) if stays else self.rng.uniform(0.02, 0.4)),
            at_ms=self.now_ms,
        )


def learned_from(
    town: Town, *, people: int, each: int, moments: int = 1500, meetings: int = 30_000
) -> tuple[Lesson, LearnedModel, float]:
    """The log told to a lesson as the worker does it; the lesson, the model, and the seconds of all that."""
    lesson = Lesson(town.engine)
    began = time.process_time()
    acts = people * each
    for turn in range(acts):
        if turn == acts * 3 // 4:
            town.engine.adopt(fit_model(lesson, version="first", up_to=1, now_ms=town.now_ms))
            lesson.ask(moments=moments, meetings=meetings, acts_left=acts // 4)
        lesson.observe(town.act(turn % people + 1))
    model = finish_lesson(lesson, version="bench", up_to=2, now_ms=town.now_ms, worth=WEIGHTS.head_worth)
    assert model is not None
    return lesson, model, time.process_time() - began


def measure_state(items: int, people: int) -> dict[str, Any]:
    """Everybody with three full histories and MET clips met.

    PATTERNS people live through it act by act; the rest are brought in as a snapshot would bring them, each as one of
    those, so that a million acts stand for forty million.
    """
    town = Town(items)
    began = time.process_time()
    for number in range(PATTERNS):
        fill(town, 10**6 + number)
    acts_s = time.process_time() - began
    patterns = list(town.engine.people.packed())
    crowd = People(town.engine.memory)
    before = resident_bytes()
    for number in range(people):
        # A copy, as a snapshot's slices are.
        crowd.bring_back(number + 1, bytes(bytearray(patterns[number % PATTERNS][1])))
    resident = resident_bytes() - before
    rows = [town.engine.people[person_id] for person_id, _ in patterns]
    wake = [_cpu_s(partial(crowd.__getitem__, number * 97 % people + 1)) for number in range(2000)]
    return {
        "people": len(crowd),
        "rows of items": float(np.mean([len(person.items) for person in rows])),
        "of tokens": float(np.mean([len(person.tokens) for person in rows])),
        "of wishes": float(np.mean([len(person.wishes) for person in rows])),
        "met": float(np.mean([len(person.seen) for person in rows])),
        "bytes each": round(float(np.mean([len(data) for _, data in patterns]))),
        "resident MiB": round(resident / 2**20),
        "a million GiB": round(resident / people * 1e6 / 2**30, 2),
        "wake us p50": round(1e6 * float(np.median(wake))),
        "act us": round(1e6 * acts_s / (PATTERNS * MET)),
    }


def fill(town: Town, person: int) -> None:
    """MET acts, each on another item: watching, and now and then a wish for fewer like it."""
    for turn, item in enumerate(town.rng.permutation(town.items)[:MET].tolist()):
        town.now_ms += 1000
        length_ms = float(town.engine.catalogue.duration_ms[item])
        kind = ("dwell", "like", "dwell", "fewer_like_this" if turn % 8 == 3 else "dwell")[turn % 4]
        town.engine.observe(
            Action(person_id=person, item_id=item + 1, kind=kind, dwell_ms=length_ms * 1.1, at_ms=town.now_ms)
        )


def measure_refit(items: int, people: int, each: int) -> dict[str, Any]:
    """Telling the log, fitting twice, choosing, packing."""
    town = Town(items)
    before_mib = peak_mib()
    began = time.perf_counter()
    _, model, cpu_s = learned_from(town, people=people, each=each)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        pack_model(model, path)
        size = path.stat().st_size
    figures = model.notes.figures
    return {
        "items": items,
        "people": people,
        "acts": people * each,
        "cpu s": round(cpu_s, 1),
        "wall s": round(time.perf_counter() - began, 1),
        "peak MiB": round(peak_mib()),
        "catalogue MiB": round(before_mib),
        "file MB": round(size / 1e6, 1),
        "NDCG alone": round(figures.get("ndcg_alone", 0.0), 4),
        "NDCG blend": round(figures.get("ndcg_blend", 0.0), 4),
        "worst ECE": round(max(v for k, v in figures.items() if "_ece_" in k), 4),
    }


def measure_at_once(items: int, people: int) -> dict[str, Any]:
    """Everybody has acted on a few items; then acts, each followed by the actor's next page."""
    town = Town(items)
    _, model, _ = learned_from(town, people=2_000, each=40)
    town.engine.adopt(mapped(model))
    for turn in range(people * 4):
        town.engine.observe(town.act(turn % people + 1))
    each, per_page = [], []
    rng = np.random.default_rng(5)
    for turn in range(2 * PAGES):
        person = int(town.rng.integers(1, people + 1))
        act = town.act(person)
        began = time.process_time()
        town.engine.observe(act)
        observed = time.process_time()
        town.engine.candidates(person_id=person, now_ms=act.at_ms, limit=CANDIDATES, rng=rng, worth=WEIGHTS.head_worth)
        if turn >= PAGES // 4:
            each.append(time.process_time() - began)
            per_page.append(time.process_time() - observed)
    bytes_each = bytes_of_everybody(town.engine) / len(town.engine.people)
    return {
        "items": items,
        "people": len(town.engine.people),
        "act and page ms p50": ms(each, 50),
        "act and page ms p99": ms(each, 99),
        "page alone ms p50": ms(per_page, 50),
        "bytes/person": round(bytes_each),
        "100,000 people MiB": round(bytes_each * 1e5 / 2**20),
        "1,000,000 people GiB": round(bytes_each * 1e6 / 2**30, 2),
    }


def mapped(model: LearnedModel) -> LearnedModel:
    with tempfile.TemporaryDirectory() as folder:
        pack_model(model, Path(folder) / "model.bin")
        return open_model(Path(folder) / "model.bin")


def ms(seconds: list[float], share: int) -> float:
    return round(1e3 * float(np.percentile(seconds, share)), 2)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cpu_s(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def apart(measure: Any, *arguments: Any) -> dict[str, Any]:
    """In a process of its own, whose peak memory is its own, and whose products wake no second thread."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as alone:
        found: dict[str, Any] = alone.submit(measure, *arguments).result()
        return found
