"""`miaohui bench interest`: every set in a process of its own, so that its peak memory is its own."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from miaohui.discovery.interest.evaluation.known_sets import (
    KNOWN,
    TIMED,
    compete_file,
    compete_known,
    replay_file,
    replay_known,
)
from miaohui.discovery.interest.evaluation.report import Row


def bench_known(data: Path, names: tuple[str, ...], *, versus_tags: bool = False) -> Iterator[list[Row]]:
    """Rows of each set as it is finished. Raises UnreadableData."""
    for name in names:
        yield _apart(compete_known, name, data, versus_tags)


def bench_file(path: Path, form: str, *, tags: Path | None = None) -> list[Row]:
    """Rows of a file named by hand; tags: `item tag tag …` lines to match by. Raises UnreadableData."""
    return _apart(compete_file, path, form, tags)


def bench_replay(data: Path, names: tuple[str, ...]) -> Iterator[list[Row]]:
    """Rows of each set that says when, replayed as live traffic. Raises UnreadableData."""
    for name in names:
        if name in TIMED:
            yield _apart(replay_known, name, data)


def bench_replayed_file(path: Path) -> list[Row]:
    """Rows of a file of events, replayed as live traffic. Raises UnreadableData."""
    return _apart(replay_file, path)


def sets_in(data: Path) -> tuple[str, ...]:
    """Names of the known sets that are there."""
    return tuple(name for name, known in KNOWN.items() if (data / known.path).exists())


def _apart(compete: Callable[..., list[Row]], *arguments: object) -> list[Row]:
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as alone:
        return alone.submit(compete, *arguments).result()
