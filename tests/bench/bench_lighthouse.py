"""Lighthouse's mobile preset over the feed of the demo town: scores, and how much script is loaded first.

Measured on a second start without a worker, so that the planting does not compete with the page.
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from miaohui.web.assets import WEB
from tests.bench.table import print_table
from tests.running import RunningServer

ROUNDS = 3
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
CATEGORIES = ("performance", "accessibility", "best-practices")


def run() -> dict[str, Any]:
    """Plant a town, time its first answer, then stop the planting and measure the page."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        data = Path(folder) / "town"
        began = time.perf_counter()
        with RunningServer(data, verb="demo"):
            ready_s = time.perf_counter() - began
        began = time.perf_counter()
        with RunningServer(data, verb="demo", workers=0) as server:
            again_s = time.perf_counter() - began
            reports = [_lighthouse(server.url, Path(folder)) for _ in range(ROUNDS)]
    result: dict[str, Any] = {"town_ready_s": round(ready_s, 1), "second_start_s": round(again_s, 1)}
    for name in CATEGORIES:
        scores = [report["categories"][name]["score"] or 0 for report in reports]
        result[name] = round(statistics.median(scores) * 100)
    audits = reports[-1]["audits"]
    result["lcp_ms"] = round(audits["largest-contentful-paint"]["numericValue"])
    result["tbt_ms"] = round(audits["total-blocking-time"]["numericValue"])
    result["cls"] = round(audits["cumulative-layout-shift"]["numericValue"], 3)
    requests = audits["network-requests"]["details"]["items"]
    script = sum(one["transferSize"] for one in requests if one.get("resourceType") == "Script")
    result["script_kb"] = round(script / 1000, 1)
    print_table([result], list(result))
    return result


def _lighthouse(url: str, folder: Path) -> dict[str, Any]:
    report = folder / "report.json"
    node = shutil.which("node") or "node"
    command = [node, str(WEB / "node_modules" / "lighthouse" / "cli" / "index.js"), url, "--quiet", "--output=json"]
    command += [f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROMIUM}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    subprocess.run(
        command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=240
    )
    found: dict[str, Any] = json.loads(report.read_text())
    return found
