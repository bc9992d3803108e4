"""The engine with what was learned from everybody: figures of the issue, on one core.

    at once      act observed, then the next page, with 100,000 items and 100,000 people; and their state in memory
    refit        40,000 items from a log of acts: seconds and peak memory in a process of its own, chances on what was not
                 told
    growth       cost of a page as the catalogue grows from 1,000 to 1,000,000 items, with a chart

The town is made up: items of 500 hidden topics, words that tell some of it, people of two topics each.
"""

import multiprocessing
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.discovery.interest import Action, InterestEngine
from miaohui.discovery.interest.learned.model import LearnedModel, open_model, pack_model
from miaohui.discovery.interest.learning.fit import finish_lesson, fit_model
from miaohui.discovery.interest.learning.lesson import Lesson
from tests.bench.bench_interest import _bytes_of
from tests.bench.table import print_table

TOPICS = 500
CLIP_MS = 15_000
START_MS = 1_767_571_200_000
CANDIDATES = 300
PAGES = 400
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
CHART = Path("build/interest-growth.svg")


def run() -> dict[str, Any]:
    """Measure, each part in a process of its own, so that its peak memory is its own."""
    refit = _apart(measure_refit, 40_000, 4_000, 60)
    print_table([refit], list(refit))
    at_once = _apart(measure_at_once, 100_000, 100_000)
    print_table([at_once], list(at_once))
    growth = [_apart(measure_growth, items) for items in GROWTH]
    print_table(growth, list(growth[0]))
    draw_growth(CHART, growth)
    return {"refit": refit, "at once": at_once, "growth": growth}


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


def taught(town: Town, *, people: int, each: int) -> tuple[LearnedModel, float]:
    """The log told to a lesson as the worker does it; the model and the seconds of fitting and choosing."""
    lesson = Lesson(town.engine)
    began = time.process_time()
    acts = people * each
    for turn in range(acts):
        if turn == acts * 3 // 4:
            town.engine.adopt(fit_model(lesson, version="first", up_to=1, now_ms=town.now_ms))
            lesson.ask(moments=1500, meetings=30_000, acts_left=acts // 4)
        lesson.observe(town.act(turn % people + 1))
    model = finish_lesson(lesson, version="bench", up_to=2, now_ms=town.now_ms, worth=WEIGHTS.head_worth)
    assert model is not None
    return model, time.process_time() - began


def measure_refit(items: int, people: int, each: int) -> dict[str, Any]:
    """Telling the log, fitting twice, choosing, packing."""
    town = Town(items)
    before_mib = _peak_mib()
    began = time.perf_counter()
    model, cpu_s = taught(town, people=people, each=each)
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
        "peak MiB": round(_peak_mib()),
        "catalogue MiB": round(before_mib),
        "file MB": round(size / 1e6, 1),
        "NDCG alone": round(figures.get("ndcg_alone", 0.0), 4),
        "NDCG blend": round(figures.get("ndcg_blend", 0.0), 4),
        "worst ECE": round(max(v for k, v in figures.items() if "_ece_" in k), 4),
    }


def measure_at_once(items: int, people: int) -> dict[str, Any]:
    """Everybody has acted on a few items; then acts, each followed by the actor's next page."""
    town = Town(items)
    model, _ = taught(town, people=2_000, each=40)
    town.engine.adopt(_mapped(model))
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
    bytes_each = float(np.mean([_bytes_of(person) for person in town.engine.people.values()]))
    return {
        "items": items,
        "people": len(town.engine.people),
        "act and page ms p50": _ms(each, 50),
        "act and page ms p99": _ms(each, 99),
        "page alone ms p50": _ms(per_page, 50),
        "bytes/person": round(bytes_each),
        "100,000 people MiB": round(bytes_each * 1e5 / 2**20),
        "1,000,000 people GiB": round(bytes_each * 1e6 / 2**30, 2),
        "full histories GiB": round(_full_bytes(town) * 1e6 / 2**30, 2),
    }


def measure_growth(items: int) -> dict[str, Any]:
    """The same 500 people, whatever the size of the catalogue."""
    town = Town(items)
    model, _ = taught(town, people=500, each=60)
    results: dict[str, Any] = {"items": items}
    for name, adopted in (("alone", None), ("with model", _mapped(model))):
        town.engine.adopt(adopted)
        rng = np.random.default_rng(5)
        times = []
        for turn in range(PAGES):
            person = int(rng.integers(1, 501))
            began = time.process_time()
            town.engine.candidates(
                person_id=person, now_ms=town.now_ms, limit=CANDIDATES, rng=rng, worth=WEIGHTS.head_worth
            )
            if turn >= 20:
                times.append(time.process_time() - began)
        results |= {f"{name} ms p50": _ms(times, 50), f"{name} ms p99": _ms(times, 99)}
    mapped = _mapped(model)
    began = time.process_time()
    town.engine.adopt(mapped)
    return results | {"take up ms": round(1e3 * (time.process_time() - began), 1)}


def draw_growth(path: Path, rows: list[dict[str, Any]]) -> None:
    """Milliseconds of a page over the size of the catalogue, which grows by tens."""
    width, height, left, bottom = 640, 360, 60, 50
    most = max(row["with model ms p99"] for row in rows) * 1.1
    lines = []
    for name, colour in (
        ("alone ms p50", "#b08a3e"),
        ("with model ms p50", "#c8452d"),
        ("with model ms p99", "#7a2a1c"),
    ):
        points = []
        for place, row in enumerate(rows):
            x = left + place * (width - left - 150) / max(len(rows) - 1, 1)
            y = height - bottom - row[name] / most * (height - bottom - 30)
            points.append((x, y))
            lines.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>')
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        lines.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = points[-1]
        lines.append(f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{colour}">{name[:-7]} {name[-3:]}</text>')
    for place, row in enumerate(rows):
        x = left + place * (width - left - 150) / max(len(rows) - 1, 1)
        lines.append(f'<text x="{x:.0f}" y="{height - 25}" text-anchor="middle">{row["items"]:,}</text>')
    for share in (0, 0.5, 1):
        y = height - bottom - share * (height - bottom - 30)
        lines.append(f'<line x1="{left}" x2="{width - 130}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ccc"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{share * most:.1f} ms</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        f'<text x="{left}" y="18">CPU of a page of candidates by items in the catalogue</text>{"".join(lines)}</svg>\n',
        "utf-8",
    )
    print(f"chart: {path}")


def _mapped(model: LearnedModel) -> LearnedModel:
    with tempfile.TemporaryDirectory() as folder:
        pack_model(model, Path(folder) / "model.bin")
        return open_model(Path(folder) / "model.bin")


def _full_bytes(town: Town) -> float:
    """Of a person whose histories are full and who has met 300 items."""
    for turn in range(400):
        act = town.act(10**6)
        town.engine.observe(act)
        if turn == 399:
            break
    return float(_bytes_of(town.engine.people[10**6]))


def _ms(seconds: list[float], share: int) -> float:
    return round(1e3 * float(np.percentile(seconds, share)), 2)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(measure: Any, *arguments: Any) -> dict[str, Any]:
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as alone:
        found: dict[str, Any] = alone.submit(measure, *arguments).result()
        return found
