"""`miaohui bench interest`: how well the interest engine finds what people want, on data that a person names."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from miaohui.discovery.interest.evaluation.bench import (
    bench_file,
    bench_known,
    bench_replay,
    bench_replayed_file,
    sets_in,
)
from miaohui.discovery.interest.evaluation.chart import write_chart
from miaohui.discovery.interest.evaluation.formats import UnreadableData
from miaohui.discovery.interest.evaluation.known_sets import KNOWN, TAGGED, TIMED
from miaohui.discovery.interest.evaluation.report import Row, as_json, as_table


def bench(arguments: argparse.Namespace) -> int:
    """Measure, print the table, and return the exit status."""
    reason = (_why_not_replayed(arguments) if arguments.replay else "") or _what_is_wrong(arguments)
    if reason:
        return _refuse(reason)
    rows: list[Row] = []
    try:
        for found in _measured(arguments):
            rows += found
            _say(as_table(found))
    except UnreadableData as fault:
        return _refuse(str(fault))
    if arguments.json is not None:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(as_json(rows)), indent=2) + b"\n")
    if arguments.chart is not None:
        write_chart(arguments.chart, rows)
    return 0


def _what_is_wrong(arguments: argparse.Namespace) -> str:
    """Why these arguments ask for nothing that can be measured; empty where they do."""
    against_tags = arguments.versus == "tags"
    if arguments.own is not None:
        return "" if arguments.own.is_dir() else f"{arguments.own} is no folder"
    if arguments.file is not None:
        untagged_file = against_tags and arguments.tags is None
        return "--versus tags on a --file needs its tags: --tags FILE, `item tag tag …` lines" if untagged_file else ""
    if arguments.data is None:
        return "name a folder with --data, or a file with --file"
    named = arguments.sets or ()
    unknown = [name for name in named if name not in KNOWN]
    if unknown:
        return f"no set is called {', '.join(unknown)}; there are: {', '.join(KNOWN)}"
    untagged = [name for name in named if name not in TAGGED]
    if against_tags and untagged:
        return f"nobody set tags in {', '.join(untagged)}; there are tags in: {', '.join(TAGGED)}"
    return "" if named or sets_in(arguments.data) else f"{arguments.data} holds none of: {', '.join(KNOWN)}"


def _why_not_replayed(arguments: argparse.Namespace) -> str:
    if arguments.own is not None or arguments.versus is not None:
        return "--replay stands by itself: it is for --data, or a --file of --format events"
    if arguments.file is not None:
        return "" if arguments.format == "events" else "--replay needs times: a --file of --format events"
    untimed = [name for name in arguments.sets or () if name in KNOWN and name not in TIMED]
    return f"nobody noted times in {', '.join(untimed)}; there are times in: {', '.join(TIMED)}" if untimed else ""


def _measured(arguments: argparse.Namespace) -> Iterator[list[Row]]:
    against_tags = arguments.versus == "tags"
    if arguments.own is not None:
        yield _own(arguments.own, against_tags=against_tags)
        return
    if arguments.file is not None and arguments.replay:
        yield bench_replayed_file(arguments.file)
        return
    if arguments.file is not None:
        yield bench_file(arguments.file, arguments.format, tags=arguments.tags if against_tags else None)
        return
    names = tuple(arguments.sets or sets_in(arguments.data))
    if arguments.replay:
        yield from bench_replay(arguments.data, names)
        return
    yield from bench_known(arguments.data, names, versus_tags=against_tags)


def _own(data: Path, *, against_tags: bool) -> list[Row]:
    """What people did on a server of ours, in the contest that any file of sequences enters."""
    # Only here, because the server's parts are of no concern to the other contests.
    from miaohui.discovery.feed.own_data import LIKES, TAGS, write_own_data
    from miaohui.services import Services
    from miaohui.settings import load_settings

    with tempfile.TemporaryDirectory() as folder, Services(load_settings(data_dir=data)) as services:
        services.migrate()
        if write_own_data(services.db, Path(folder)) == 0:
            raise UnreadableData(data, 0, "nobody there has liked three things yet")
        tags = Path(folder) / TAGS if against_tags else None
        return bench_file(Path(folder) / LIKES, "sequences", tags=tags)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  the answer


def _refuse(reason: str) -> int:
    print(f"miaohui bench: {reason}", file=sys.stderr)  # noqa: T201  the answer
    return 2
