"""What a page costs as the catalogue grows from 1,000 to 1,000,000 items; others beside it in the same run.

    live         the engine without a model
    with model   the same with what was learned from everybody
    ALS          implicit's, of 16 and 128 factors, fitted on the same likes, then its own recommend call
    NumPy        no index: the engine's own low-pass factors, multiplied with every item, best hundred taken

The town is that of bench_learned.py: 500 people with forty acts each, whatever the size of the catalogue. Quality: each
person's next liked item that is new to them, which nobody was told; how often it is among the first hundred.

    .venv/bin/python -m tests.bench growth

prints one line for each size and writes build/interest-growth.svg. Each size runs in a process of its own.
"""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.discovery.interest.evaluation.compared import ALS_FACTORS, fit_als
from miaohui.discovery.interest.learned.model import LearnedModel
from miaohui.discovery.interest.learning.lesson import Lesson
from miaohui.discovery.interest.models.sequences import Sequences, sequences_of
from tests.bench.bench_learned import CANDIDATES, Town, apart, learned_from, mapped, ms, peak_mib
from tests.bench.table import print_table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PEOPLE, ACTS_EACH = 500, 40
PAGES, WARM = 400, 20
TOP = 100
CHART = Path("build/interest-growth.svg")
COLOURS = {
    "live p50": "#b08a3e",
    "with model p50": "#c8452d",
    "with model p99": "#7a2a1c",
    "ALS 16 p50": "#3b6ea5",
    "ALS 128 p50": "#1d3c5e",
    "NumPy p50": "#5b8a5b",
}


def run() -> list[dict[str, Any]]:
    """Measure each size; MIAOHUI_BENCH_SIZES names others than the four, parted by commas."""
    named = os.environ.get("MIAOHUI_BENCH_SIZES", "")
    sizes = [int(size) for size in named.split(",") if size] or SIZES
    rows = []
    for size in sizes:
        rows.append(apart(measure_size, size))
        print_table(rows[-1:], list(rows[-1]))
    print_table(rows, list(rows[0]))
    draw(CHART, rows)
    return rows


def measure_size(items: int) -> dict[str, Any]:
    """One size: milliseconds of CPU and the share of next liked items among the first hundred, each way."""
    began = time.process_time()
    town = Town(items)
    built_s = time.process_time() - began
    lesson, model, fit_s = learned_from(town, people=PEOPLE, each=ACTS_EACH, moments=300, meetings=1500)
    asked = _next_liked(town)
    row: dict[str, Any] = {"items": items}
    hits: dict[str, float] = {}
    for name, adopted in (("live", None), ("with model", mapped(model))):
        town.engine.adopt(adopted)
        row |= _timed(name, lambda person: _page(town, person, CANDIDATES))
        hits[name] = _share(asked, lambda person: _page(town, person, TOP))
    town.engine.adopt(None)
    taken = _likes(lesson, items)
    for factors in ALS_FACTORS:
        name = f"ALS {factors}"
        began = time.process_time()
        als = fit_als(taken, factors=factors)
        if als is None:
            continue
        als_s = time.process_time() - began
        row |= _timed(name, lambda person, als=als: als.top(np.array([person - 1]), CANDIDATES), pages=PAGES // 4)
        hits[name] = _share(asked, lambda person, als=als: (als.top(np.array([person - 1]), TOP)[0] + 1).tolist())
        row[f"{name} fit s"] = round(als_s, 1)
    row |= _timed("NumPy", lambda person: _by_hand(model, taken, person, CANDIDATES), pages=PAGES // 4)
    hits["NumPy"] = _share(asked, lambda person: _by_hand(model, taken, person, TOP))
    row |= {f"{name} hit@{TOP}": round(share, 3) for name, share in hits.items()}
    return row | {"town s": round(built_s, 1), "fit s": round(fit_s, 1), "peak MiB": round(peak_mib())}


def draw(path: Path, rows: list[dict[str, Any]]) -> None:
    """Milliseconds of a page over the size of the catalogue; both axes grow by tens."""
    width, height, left, right, top, bottom = 720, 400, 60, 150, 40, 50
    names = [name for name in COLOURS if f"{name} ms" in rows[0]]
    values = [max(row[f"{name} ms"], 0.01) for row in rows for name in names]
    lowest, highest = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def across(place: int) -> float:
        return left + place * (width - left - right) / max(len(rows) - 1, 1)

    def up(value: float) -> float:
        share = (math.log10(max(value, 0.01)) - lowest) / max(highest - lowest, 1)
        return height - bottom - share * (height - bottom - top)

    drawn = [f'<text x="{left}" y="20">CPU of a page by items in the catalogue</text>']
    for power in range(lowest, highest + 1):
        y = up(10.0**power)
        drawn.append(f'<line x1="{left}" x2="{width - right}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ccc"/>')
        drawn.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} ms</text>')
    for place, row in enumerate(rows):
        label = f"{row['items']:,}"
        drawn.append(f'<text x="{across(place):.0f}" y="{height - 25}" text-anchor="middle">{label}</text>')
    labels: list[float] = []
    for name in sorted(names, key=lambda each: -rows[-1][f"{each} ms"]):
        points = [(across(place), up(row[f"{name} ms"])) for place, row in enumerate(rows)]
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        colour = COLOURS[name]
        drawn.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in points]
        # Names that would lie upon each other step down.
        y = max(points[-1][1] + 4, (labels[-1] + 14) if labels else 0)
        labels.append(y)
        drawn.append(f'<text x="{points[-1][0] + 10:.0f}" y="{y:.0f}" fill="{colour}">{name}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        f"{''.join(drawn)}</svg>\n",
        "utf-8",
    )
    print(f"chart: {path}")


def _page(town: Town, person: int, count: int) -> list[int]:
    found = town.engine.candidates(
        person_id=person,
        now_ms=town.now_ms,
        limit=count,
        rng=np.random.default_rng(person),
        worth=WEIGHTS.head_worth,
    )
    return [each.item_id for each in found]


def _by_hand(model: LearnedModel, taken: Sequences, person: int, count: int) -> list[int]:
    """Every item's product with the person's vector; what the person took is left out."""
    past = taken[person - 1]
    scores = model.leave @ model.enter[past].sum(axis=0)
    scores[past] = -np.inf
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    ids: list[int] = model.ids[best[np.argsort(-scores[best])]].tolist()
    return ids


def _likes(lesson: Lesson, n_items: int) -> Sequences:
    """Everybody's likes, person by person; rows of the matrix are the people, whether they liked anything or not."""
    return sequences_of((lesson.pasts.get(person, ()) for person in range(1, PEOPLE + 1)), n_items)


def _next_liked(town: Town) -> list[tuple[int, int]]:
    """Of everybody one act that would speak for an item new to them; it is not told."""
    asked = []
    now_ms = town.now_ms
    for person in range(1, PEOPLE + 1):
        seen = town.engine.seen(person)
        for _ in range(200):
            act = town.act(person)
            stays = (act.dwell_ms or 0.0) >= 0.95 * town.engine.catalogue.duration_ms[act.item_id - 1]
            if stays and act.item_id not in seen:
                asked.append((person, act.item_id))
                break
    town.now_ms = now_ms
    return asked


def _share(asked: list[tuple[int, int]], found_for: Callable[[int], list[int]]) -> float:
    return sum(item in found_for(person) for person, item in asked) / max(len(asked), 1)


def _timed(name: str, page: Callable[[int], object], *, pages: int = PAGES) -> dict[str, float]:
    rng = np.random.default_rng(5)
    times = []
    for turn in range(pages):
        person = int(rng.integers(1, PEOPLE + 1))
        began = time.process_time()
        page(person)
        if turn >= WARM:
            times.append(time.process_time() - began)
    return {f"{name} p50 ms": ms(times, 50), f"{name} p99 ms": ms(times, 99)}
