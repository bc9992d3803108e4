"""Cold start: from the command to the first answered page, and what the processes weigh at rest."""

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.bench.table import print_table
from tests.running import RunningServer

ROUNDS = 3


def run() -> list[dict[str, Any]]:
    """Measure an empty server and one that was started before."""
    rows = []
    with tempfile.TemporaryDirectory(dir=".") as folder:
        fresh = [_round(Path(folder) / f"fresh{n}") for n in range(ROUNDS)]
        kept = Path(folder) / "fresh0"
        again = [_round(kept) for _ in range(ROUNDS)]
        for name, measured in (("empty data folder", fresh), ("second start", again)):
            rows.append(
                {
                    "start": name,
                    "seconds_to_first_page": round(statistics.median(m["seconds"] for m in measured), 2),
                    "server_mib": round(statistics.median(m["server_mib"] for m in measured)),
                    "worker_mib": round(statistics.median(m["worker_mib"] for m in measured)),
                }
            )
        shutil.rmtree(kept)
    print_table(rows, ["start", "seconds_to_first_page", "server_mib", "worker_mib"])
    return rows


def _round(data: Path) -> dict[str, float]:
    server = RunningServer(data)
    began = time.perf_counter()
    server.start()
    seconds = time.perf_counter() - began
    weights = resident_mib(server.pid)
    server.stop()
    return {"seconds": seconds, "server_mib": weights[0], "worker_mib": sum(weights[1:])}


def resident_mib(pid: int) -> list[float]:
    """Return resident memory of a server's process and then of each of its workers, in MiB."""
    server = psutil.Process(pid)
    return [process.memory_info().rss / 2**20 for process in (server, *server.children(recursive=True))]
