"""`miaohui bench interest`: how well the interest engine finds what people want, on data that a person names."""

import argparse
import sys

import msgspec

from miaohui.discovery.interest.evaluation.bench import bench_file, bench_known, sets_in
from miaohui.discovery.interest.evaluation.chart import write_chart
from miaohui.discovery.interest.evaluation.formats import UnreadableData
from miaohui.discovery.interest.evaluation.known_sets import KNOWN
from miaohui.discovery.interest.evaluation.report import Row, as_json, as_table


def bench(arguments: argparse.Namespace) -> int:
    """Measure, print the table, and return the exit status."""
    rows: list[Row] = []
    try:
        if arguments.file is not None:
            rows = bench_file(arguments.file, arguments.format)
            _say(as_table(rows))
        elif arguments.data is None:
            return _refuse("name a folder with --data, or a file with --file")
        else:
            names = tuple(arguments.sets or sets_in(arguments.data))
            unknown = [name for name in names if name not in KNOWN]
            if unknown:
                return _refuse(f"no set is called {', '.join(unknown)}; there are: {', '.join(KNOWN)}")
            if not names:
                return _refuse(f"{arguments.data} holds none of: {', '.join(KNOWN)}")
            for found in bench_known(arguments.data, names):
                rows += found
                _say(as_table(found))
    except UnreadableData as fault:
        return _refuse(str(fault))
    if arguments.json is not None:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(as_json(rows)), indent=2) + b"\n")
    if arguments.chart is not None:
        write_chart(arguments.chart, rows)
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  the answer


def _refuse(reason: str) -> int:
    print(f"miaohui bench: {reason}", file=sys.stderr)  # noqa: T201  the answer
    return 2
