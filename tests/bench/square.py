"""A process that only tells a crowd something: our sockets and one topic, without a database or anybody's likes.

`python -m tests.bench.square` prints its port. A line on stdin (`tell`, `bare`) makes it speak and answer with what
that took, as JSON. `bare`: the same frames by a bare loop over the transports, which is what the kernel takes.
"""

import asyncio
import json
import os
import sys
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.middleware import DefineMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from miaohui.kit.http import Viewer
from miaohui.kit.realtime import Realtime, SocketProtocol, anyone

TOPIC = "square:news"
CHANGES = 100
EVERY_S = 0.02
"""Fifty a second, of which ten share a frame."""
MERGED_MS = 200


class Passer:
    """Lets everybody in, nameless."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["viewer"] = Viewer(person_id=1, session=None, locale="en", theme="auto")
        await self._app(scope, receive, send)


async def main() -> None:
    """Serve until stdin ends."""
    realtime = Realtime(db=None, authenticate=None)  # type: ignore[arg-type]  # an open topic asks neither
    realtime.authorise(TOPIC, anyone, merge_every_ms=MERGED_MS)
    await realtime.start()
    app = Litestar([realtime.route_handler()], middleware=[DefineMiddleware(Passer)], logging_config=None)
    options: dict[str, Any] = {"loop": "uvloop", "http": "httptools", "ws": SocketProtocol, "log_config": None}
    options |= {"ws_per_message_deflate": False, "access_log": False}
    # The crowd only listens; it does not answer pings.
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws_ping_interval=None, **options))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    say(port=server.servers[0].sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        before = os.times()
        frames = await (tell(realtime) if line.strip() == "tell" else bare(realtime))
        spent = os.times()
        say(user_s=spent.user - before.user, system_s=spent.system - before.system, frames=frames)
    server.should_exit = True
    await serving


async def tell(realtime: Realtime) -> int:
    """Let a counter change; return the frames that every socket gets."""
    began = realtime.stats.delivered
    for likes in range(CHANGES):
        realtime.publish(TOPIC, "counts", {"video_id": "1234567890", "likes": likes, "comments": 4}, key="counts")
        await asyncio.sleep(EVERY_S)
    await asyncio.sleep(2 * MERGED_MS / 1000)
    return (realtime.stats.delivered - began) // max(realtime.stats.sockets, 1)


async def bare(realtime: Realtime) -> int:
    """Write as many frames by nothing but the transports."""
    writes = [one._protocol.transport.write for one in realtime._sockets]
    frame = b"\x81\x70" + b"*" * 112
    rounds = CHANGES // 10
    for _ in range(rounds):
        for write in writes:
            write(frame)
        await asyncio.sleep(MERGED_MS / 1000)
    return rounds


def say(**members: Any) -> None:
    print(json.dumps(members), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
