"""An app on a real server in a thread of the test, for what only shows on the wire."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from litestar import Litestar

from miaohui.kit.realtime import SocketProtocol


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """Serve on a free port of the loopback address and yield `host:port`."""
    # Connections that come before the server is up wait in the backlog.
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, ws=SocketProtocol, ws_per_message_deflate=False, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        # A test that fails must not leave the thread behind: the whole run would wait for it.
        server.should_exit = True
        thread.join()
