"""Schemathesis sends what nobody would: no answer is a fault of ours, and none contradicts the description."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(("who", "where"), [("mei", "/"), ("lena", "/operator/"), (None, "/")])
@pytest.mark.timeout(600)
def test_nothing_that_is_sent_breaks_the_server_or_its_promises(
    own_town: WholeTown, who: str | None, where: str, tmp_path: Path
) -> None:
    base = str(own_town.client.base_url).rstrip("/")
    # A stranger is turned away at most doors, so that there is little to try.
    phases = "examples,fuzzing" if who is None else "examples,coverage,fuzzing"
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{base}/schema/openapi.json"]
    command += ["--checks", CHECKS, "--phases", phases, "--max-examples", "5"]
    command += ["--seed", "8", "--generation-database", "none", "--no-color", "--warnings", "off"]
    command += ["--suppress-health-check", "all", "--include-path-regex", where]
    for name in ENDS_THE_SESSION:
        command += ["--exclude-name", name]
    if who is not None:
        command += ["--header", f"Authorization: Bearer {own_town.tokens[who]}"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.walks.sent", "PYTHONPATH": str(ROOT)}
    environment["THINGS_OF_THE_WALK"] = json.dumps(dict(own_town.things))
    report = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert report.returncode == 0, report.stdout[-12_000:] + report.stderr[-2_000:]
