"""`miaohui serve` and `miaohui demo`: the web server, with its worker beside it."""

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import segno
import uvicorn

from miaohui.kit.logs import set_up_logging
from miaohui.services import Services
from miaohui.settings import Settings

if TYPE_CHECKING:
    from litestar import Litestar

log = logging.getLogger(__name__)

_WORKER_RESTART_S = 1.0


def serve(settings: Settings, *, reload: bool = False) -> int:
    """Serve in the foreground until SIGINT or SIGTERM."""
    set_up_logging(settings)
    os.environ.update(_environment(settings))
    workers = _Workers(settings.workers)
    workers.start()
    stop_telling = threading.Event()
    try:
        if settings.demo:
            _plant_town(settings, stop_telling)
        if reload:
            uvicorn.run(
                "miaohui.processes.serve:app_from_environment",
                factory=True,
                reload=True,
                reload_dirs=[os.path.dirname(os.path.dirname(__file__))],
                **_options(settings),
            )
        else:
            from miaohui.app import create_app

            config = uvicorn.Config(create_app(settings), **_options(settings))
            _Server(config, settings).run()
    finally:
        stop_telling.set()
        workers.stop()
    return 0


def _plant_town(settings: Settings, stop: threading.Event) -> None:
    """Plant enough of the demo town to be looked at; the worker does the rest while we serve."""
    from miaohui.demo.progress_line import follow_planting
    from miaohui.demo.seed import plant_first

    with Services(settings) as services:
        services.migrate()
        plant_first(services)

    def tell() -> None:
        with Services(settings) as services:
            follow_planting(db=services.db, out=sys.stdout, stop=stop)

    threading.Thread(target=tell, daemon=True).start()


def app_from_environment() -> "Litestar":
    """Build the app in the process that uvicorn's reloader starts."""
    from miaohui.app import create_app
    from miaohui.settings import load_settings

    settings = load_settings()
    set_up_logging(settings)
    return create_app(settings)


def _options(settings: Settings) -> dict[str, Any]:
    from miaohui.kit.realtime import SocketProtocol

    return {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": "httptools",
        "ws": SocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": 64 * 1024,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": 5,
    }


def _environment(settings: Settings) -> dict[str, str]:
    """Return what the worker and the reloader need to come to the same settings."""
    return {
        "MIAOHUI_DATA_DIR": str(settings.data_dir.absolute()),
        "MIAOHUI_HOST": settings.host,
        "MIAOHUI_PORT": str(settings.port),
        "MIAOHUI_DEMO": "1" if settings.demo else "0",
    }


class _Server(uvicorn.Server):
    """Says `ready` when the first page has really been answered."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings
        self._announcing: asyncio.Task[None] | None = None

    async def startup(self, sockets: "list[object] | None" = None) -> None:  # type: ignore[override]  # sockets are passed through
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        if self.started:
            self._announcing = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        port: int = self.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection(self._settings.host, port)
        writer.write(f"GET / HTTP/1.1\r\nHost: {self._settings.host}\r\nConnection: close\r\n\r\n".encode())
        status = await reader.readline()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()
        address = self._settings.public_url or f"http://{self._settings.host}:{port}"
        if b" 200 " not in status:
            log.error("the first page answered %s", status.decode("latin-1").strip())
            return
        if sys.stdout.isatty():
            segno.make(address).terminal(compact=True)
        print(f"ready {address}", flush=True)  # noqa: T201  the line that scripts wait for


class _Workers:
    """Keeps worker processes running; each ends with this process, however this one ends."""

    def __init__(self, count: int) -> None:
        self._threads = [threading.Thread(target=self._keep_one, daemon=True) for _ in range(count)]
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = threading.Event()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for process in list(self._running):
            process.terminate()
        for thread in self._threads:
            thread.join(timeout=15)

    def _keep_one(self) -> None:
        while not self._stopping.is_set():
            process = subprocess.Popen(
                [sys.executable, "-m", "miaohui.cli", "work"],
                stdin=subprocess.PIPE,
                env={**os.environ, "MIAOHUI_PARENT_PIPE": "1"},
            )
            self._running.add(process)
            if self._stopping.is_set():
                process.terminate()
            status = process.wait()
            self._running.discard(process)
            if not self._stopping.is_set():
                log.error("a worker ended with status %s; starting another", status)
                self._stopping.wait(_WORKER_RESTART_S)
