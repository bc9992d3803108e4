"""The interest engine alone: CPU of an act and of a page as the catalogue grows, and memory per person.

The town is made up: clips carry a topic and eight words of a long-tailed vocabulary, people watch two topics of
their own and throw away most of the rest. A page is `candidates(limit=300)`, scores included: what the feed asks
for to fill one page.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from miaohui.discovery.interest import Action, Candidate, InterestEngine
from miaohui.discovery.interest.snapshot import pack, unpack
from tests.bench.table import print_table

CATALOGUES = (1_000, 10_000, 100_000)
PEOPLE = 2_000
ACTS_EACH = 60
PAGES = 400
CANDIDATES = 300
CLIPS_PER_TOPIC = 200
START_MS = 1_767_571_200_000


def run() -> list[dict[str, Any]]:
    """Measure each catalogue and return the rows."""
    rows = [_measure(clips) for clips in CATALOGUES]
    print_table(rows, list(rows[0]))
    return rows


def _measure(clips: int) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    engine = InterestEngine()
    topics = rng.integers(0, max(clips // CLIPS_PER_TOPIC, 10), clips)
    add_us = _cpu_s(lambda: _publish(engine, topics, rng)) / clips * 1e6
    acts = _acts(topics, rng)
    observe_us = _cpu_s(lambda: [engine.observe(act) for act in acts]) / len(acts) * 1e6
    now_ms = acts[-1].at_ms
    people = rng.permutation(PEOPLE)[:PAGES].tolist()

    def one_page(person: int) -> list[Candidate]:
        return engine.candidates(person_id=person, now_ms=now_ms, limit=CANDIDATES, rng=rng)

    pages = [_cpu_s(partial(one_page, person)) for person in people]
    page = [each.item_id for each in one_page(people[0])]
    scores = [_cpu_s(partial(engine.score, person_id=p, item_ids=page, now_ms=now_ms)) for p in people]
    draws = [_cpu_s(partial(engine.explore, person_id=p, now_ms=now_ms, count=2, rng=rng)) for p in people]
    packed: list[bytes] = []
    pack_s = _cpu_s(lambda: packed.append(pack(engine, position=0)))
    unpack_s = _cpu_s(lambda: unpack(packed[0]))
    return {
        "clips": clips,
        "people": len(engine.people),
        "acts": len(acts),
        "add us": round(add_us),
        "act us": round(observe_us),
        "page ms p50": round(float(np.median(pages)) * 1e3, 2),
        "page ms p99": round(float(np.percentile(pages, 99)) * 1e3, 2),
        "score 300 ms": round(float(np.median(scores)) * 1e3, 2),
        "explore ms": round(float(np.median(draws)) * 1e3, 2),
        "bytes/person": round(bytes_of_everybody(engine) / len(engine.people)),
        "snapshot MB": round(len(packed[0]) / 1e6, 1),
        "pack s": round(pack_s, 2),
        "unpack s": round(unpack_s, 2),
    }


def _publish(engine: InterestEngine, topics: np.ndarray, rng: np.random.Generator) -> None:
    words = rng.zipf(1.3, (len(topics), 8)) % 50_000
    for clip, topic in enumerate(topics.tolist()):
        engine.add_item(
            item_id=10**6 + clip,
            author_id=clip % max(len(topics) // 10, 10),
            tokens=[f"#topic{topic}", *(f"word{word}" for word in words[clip].tolist())],
            duration_ms=int(5_000 + 1_000 * (clip % 115)),
            published_at_ms=START_MS + clip,
        )


def _acts(topics: np.ndarray, rng: np.random.Generator) -> list[Action]:
    """Dwells of everybody in turn: two thirds long ones on the person's two topics, the rest glances anywhere."""
    shelves = [np.flatnonzero(topics == topic) for topic in range(int(topics.max()) + 1)]
    acts = []
    for n in range(PEOPLE * ACTS_EACH):
        person_id = n % PEOPLE
        liked = rng.random() < 0.67
        shelf = shelves[(person_id * 7 + int(rng.integers(2))) % len(shelves)] if liked else np.arange(len(topics))
        clip = int(shelf[min(int(rng.zipf(1.3)), len(shelf)) - 1]) if liked else int(rng.integers(len(topics)))
        acts.append(
            Action(
                person_id=person_id,
                item_id=10**6 + clip,
                kind="dwell",
                dwell_ms=float(rng.uniform(8_000, 60_000) if liked else rng.uniform(300, 4_000)),
                at_ms=START_MS + len(topics) + n * 50,
            )
        )
    return acts


def bytes_of_everybody(engine: InterestEngine) -> int:
    """Everybody at rest with their objects, and their entries in the table of people (about 100 bytes each)."""
    return sum(sys.getsizeof(data) + 100 for _, data in engine.people.packed())


def _cpu_s(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start
