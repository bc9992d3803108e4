"""The house of tests/house.py in a process of its own, forked where all is imported already, so that it
starts at once and can be killed many times."""

import multiprocessing
import socket
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn

from miaohui.kit.clock import SystemClock
from miaohui.kit.db import Database, open_database
from miaohui.subscriptions import subscriptions
from tests.house import House

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.killable_house"])


class KillableHouse:
    """The API on a port, its database, and kill -9. The test reads the same database beside it."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.db = open_house_database(database_url)
        self._process: BaseProcess | None = None

    def __enter__(self) -> "KillableHouse":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.db.close()

    def start(self) -> None:
        """Start it and return when it takes connections."""
        heard, ready = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=_serve, args=(self._database_url, self._port, ready), daemon=True)
        self._process.start()
        ready.close()
        assert heard.recv() == "ready"

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


class _Announcing(uvicorn.Server):
    """Says when it takes connections."""

    def __init__(self, config: uvicorn.Config, ready: Connection) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._ready.send("ready")


def open_house_database(url: str) -> Database:
    return open_database(url, clock=SystemClock(), recorder=subscriptions())


def _serve(database_url: str, port: int, ready: Connection) -> None:
    house = House(db=open_house_database(database_url), clock=SystemClock())
    config = uvicorn.Config(house.app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="error")
    _Announcing(config, ready).run()
