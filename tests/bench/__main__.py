"""`make bench`: measure, print tables, and write build/bench.json.

Name benches to run only those: `python -m tests.bench writes feed`. Absolute figures drift with the
machine; compare what stands in one table, because one run measured it.
"""

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

BENCHES = (
    "writes",
    "orders",
    "feed",
    "interest",
    "learned",
    "growth",
    "transcode",
    "sockets",
    "shake",
    "messages",
    "start",
    "lighthouse",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="all of them if none is named")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    arguments = parser.parse_args()
    results: dict[str, object] = {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
    for name in arguments.names or BENCHES:
        print(f"\n== {name}", flush=True)
        results[name] = importlib.import_module(f"tests.bench.bench_{name}").run()
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(results, indent=2))
    print(f"\n{os.cpu_count()} cores; written to {arguments.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
