"""A whole server in processes of its own, as a person would start it; it can be killed at any instant."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import httpx


class RunningServer:
    """`miaohui serve` (or `demo`) with its worker, on a free port of the loopback address."""

    def __init__(self, data: Path, *, verb: str = "serve", workers: int = 1, **settings: str) -> None:
        self.data = data
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._verb = verb
        self._environment = {
            **os.environ,
            "MIAOHUI_WORKERS": str(workers),
            "MIAOHUI_LOG_FORMAT": "json",
            **{f"MIAOHUI_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: subprocess.Popen[str] | None = None
        self.log = data.parent / f"{data.name}.log"

    def __enter__(self) -> "RunningServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return when it has said `ready`."""
        command = [sys.executable, "-m", "miaohui.cli", self._verb, "--port", str(self.port), "--data", str(self.data)]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
                start_new_session=True,  # So that the worker can be killed with it.
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ready "):
                return
        raise AssertionError(f"the server ended before it was ready:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """End the server and its worker as a power cut would: kill -9, with nobody told."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        """The web process; its worker is its child."""
        assert self._process is not None, "it is not running"
        return self._process.pid

    def client(self, **options: object) -> httpx.Client:
        """Return an HTTP client with this server's address."""
        return httpx.Client(base_url=self.url, timeout=30, **options)  # type: ignore[arg-type]

    def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()
        self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
