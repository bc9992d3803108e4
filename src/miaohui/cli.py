"""The command `miaohui`: serve, work, demo, admin."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from miaohui import __version__
from miaohui.settings import InvalidSetting, load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.verb == "bench":
        from miaohui.processes.bench import bench

        return bench(arguments)
    try:
        settings = load_settings(
            host=getattr(arguments, "host", None),
            port=getattr(arguments, "port", None),
            data_dir=getattr(arguments, "data", None),
            demo=True if arguments.verb == "demo" else None,
        )
    except InvalidSetting as fault:
        print(f"miaohui: {fault}", file=sys.stderr)
        return 2
    if arguments.verb == "work":
        from miaohui.processes.work import work

        return work(settings)
    if arguments.verb == "admin":
        from miaohui.processes.admin import admin

        return admin(settings, arguments)
    from miaohui.processes.serve import serve

    return serve(settings, reload=arguments.reload)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="miaohui", description="A self-hosted social-commerce server.")
    parser.add_argument("--version", action="version", version=f"miaohui {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, text in (
        ("serve", "run the server and its worker"),
        ("demo", "the same, with a planted town to look at"),
    ):
        command = verbs.add_parser(verb, help=text)
        command.add_argument("--host", help="address to listen on (127.0.0.1)")
        command.add_argument("--port", type=int, help="port to listen on (8000)")
        command.add_argument("--data", type=Path, help="folder of the database and the files (./var)")
        command.add_argument("--reload", action="store_true", help="restart when the code changes")
    command = verbs.add_parser("work", help="run a worker only; as many as there is work for")
    command.add_argument("--data", type=Path, help="folder of the database and the files (./var)")
    command = verbs.add_parser("admin", help="look after a server")
    command.add_argument("--data", type=Path, help="folder of the database and the files (./var)")
    acts = command.add_subparsers(dest="act", required=True)
    jobs = acts.add_parser("jobs", help="list jobs that failed, with the reason")
    jobs.add_argument("--retry", type=int, metavar="ID", help="put this failed job back into the queue")
    audit = acts.add_parser("audit", help="check what must always hold; the exit status tells whether it does")
    audit.add_argument("--json", action="store_true", help="everything as one JSON object")
    acts.add_parser("ledger-export", help="write the whole ledger as Beancount text")
    interest = acts.add_parser(
        "interest", help="the feed's model, what each version earned, and what others would have"
    )
    interest.add_argument("--json", action="store_true", help="everything as one JSON object")
    command = verbs.add_parser("bench", help="measure")
    whats = command.add_subparsers(dest="what", required=True)
    interest = whats.add_parser("interest", help="the interest engine beside published and simple models")
    interest.add_argument("--data", type=Path, help="folder of evaluation sets; none of them is ours to ship")
    interest.add_argument("--set", action="append", dest="sets", metavar="NAME", help="this set only; may be repeated")
    interest.add_argument("--file", type=Path, help="a file of your own; for a split: a folder, or TRAIN,TEST")
    interest.add_argument(
        "--format", choices=("sequences", "events", "split"), default="sequences", help="how --file is written"
    )
    interest.add_argument("--versus", choices=("tags",), help="put tag matching beside it, where items have tags")
    interest.add_argument(
        "--own", type=Path, metavar="DIR", help="the log of a server of ours, named by its data folder"
    )
    interest.add_argument(
        "--replay", action="store_true", help="replay sets that say when: live state beside nightly batches"
    )
    interest.add_argument("--tags", type=Path, help="tags of the items of --file, `item tag tag …` lines")
    interest.add_argument("--json", type=Path, help="write the figures here")
    interest.add_argument("--chart", type=Path, help="draw the figures here (SVG)")
    return parser


if __name__ == "__main__":
    logging.basicConfig()
    sys.exit(main())
