"""1,000 open sockets: what they weigh, and what it costs to tell all of them something."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.bench_start import resident_mib
from tests.bench.table import print_table
from tests.bench.town import put_clip, sign_in
from tests.running import RunningServer

SOCKETS = 1000
LIKES = 40


def run() -> dict[str, Any]:
    """Open the sockets against a server process, let one clip be liked again and again, and measure."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        data = Path(folder) / "sockets"
        server = RunningServer(data)
        server.start()
        video_id = put_clip(data)
        token = sign_in(data)
        result = asyncio.run(_measure(server, video_id, token))
        server.stop()
    print_table([result], list(result))
    return result


async def _measure(server: RunningServer, video_id: str, token: str) -> dict[str, Any]:
    at_rest = resident_mib(server.pid)[0]
    address = f"{server.url.replace('http', 'ws')}/ws"
    opened: list[ClientConnection] = []
    for _ in range(SOCKETS // 50):
        opened += await asyncio.gather(*[connect(address, compression=None) for _ in range(50)])
    for socket in opened:
        await socket.send(json.dumps({"op": "subscribe", "topic": f"videos:{video_id}"}))
    await asyncio.gather(*[_until(socket, "op", "subscribed") for socket in opened])
    with_sockets = resident_mib(server.pid)[0]

    process = psutil.Process(server.pid)
    spent_before = sum(process.cpu_times()[:2])
    heard = 0
    latencies = []
    for number in range(LIKES):
        began = time.perf_counter()
        like = asyncio.to_thread(_like, server, video_id, token, number % 2 == 0)
        answers = await asyncio.gather(like, *[_until(socket, "topic", f"videos:{video_id}") for socket in opened])
        heard += len(answers) - 1
        latencies.append(time.perf_counter() - began)
    spent = sum(process.cpu_times()[:2]) - spent_before
    for socket in opened:
        await socket.close()
    return {
        "sockets": SOCKETS,
        "at_rest_mib": round(at_rest),
        "with_sockets_mib": round(with_sockets),
        "kib_per_socket": round((with_sockets - at_rest) * 1024 / SOCKETS, 1),
        "deliveries": heard,
        "deliveries_per_cpu_s": round(heard / max(spent, 1e-3)),
        "like_to_last_socket_p50_ms": round(sorted(latencies)[len(latencies) // 2] * 1000),
    }


def _like(server: RunningServer, video_id: str, token: str, on: bool) -> None:
    with server.client(headers={"Authorization": f"Bearer {token}"}) as client:
        client.request("PUT" if on else "DELETE", f"/api/v1/videos/{video_id}/like").raise_for_status()


async def _until(socket: ClientConnection, member: str, value: str) -> None:
    async for frame in socket:
        message = json.loads(frame)
        if message.get(member) == value and (member == "op" or "op" not in message):
            return
