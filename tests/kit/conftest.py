"""A real server on a free port of this machine, for what only shows on the wire."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from litestar import Litestar

from miaohui.kit.realtime import SocketProtocol

Serve = Callable[[Litestar], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start an app and return its `host:port`; it ends with the test."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: Litestar) -> str:
        # Connections that come before the server is up wait in the backlog.
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, ws=SocketProtocol, ws_per_message_deflate=False, log_config=None, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread))
        return f"127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join()
