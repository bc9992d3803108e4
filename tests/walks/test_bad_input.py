"""Schemathesis sends what nobody would: no answer is a fault of ours, and none contradicts the description."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.walks.acts import ACTS
from tests.walks.town import WholeTown

ROOT = Path(__file__).parents[2]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ENDS_THE_SESSION = [
    "DELETE /api/v1/session",
    "DELETE /api/v1/devices",
    "DELETE /api/v1/devices/{device_id}",
    "POST /api/v1/demo/session",
    "POST /api/v1/me/deletion",
]
OWN = "/api/v1/(shops|me)(/|$)"
WALKS = {
    "mei, at home and in her shop": ("mei", ["--include-path-regex", OWN]),
    "mei, among people": ("mei", ["--exclude-path-regex", f"{OWN}|/operator/"]),
    "lena, in the office": ("lena", ["--include-path-regex", "/operator/"]),
    # Everywhere else a stranger is turned away before anything is read; another walk sees to that.
    "a stranger, where doors are open": (
        None,
        [f"--include-name={name}" for name, act in ACTS.items() if act.whose in ("public", "seen")],
    ),
}


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.timeout(600)
def test_nothing_that_is_sent_breaks_the_server_or_its_promises(own_town: WholeTown, walk: str, tmp_path: Path) -> None:
    who, where = WALKS[walk]
    base = str(own_town.client.base_url).rstrip("/")
    # One method that an address does not know stands for all of them.
    (tmp_path / "schemathesis.toml").write_text('[phases.coverage]\nunexpected-methods = ["PATCH"]\n')
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{base}/schema/openapi.json"]
    command += ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "3"]
    command += ["--seed", "8", "--generation-database", "none", "--no-color", "--warnings", "off"]
    command += ["--suppress-health-check", "all", *where]
    for name in ENDS_THE_SESSION:
        command += ["--exclude-name", name]
    if who is not None:
        command += ["--header", f"Authorization: Bearer {own_town.tokens[who]}"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.walks.sent", "PYTHONPATH": str(ROOT)}
    environment["THINGS_OF_THE_WALK"] = json.dumps(dict(own_town.things))
    report = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert report.returncode == 0, report.stdout[-12_000:] + report.stderr[-2_000:]
