"""What a message costs, and what it costs to tell a crowd something.

One to one: friends write to each other over HTTP, each with a socket; CPU is that of the web process alone. The
crowd: thousands of sockets on one topic whose changes are gathered five times a second.
"""

import asyncio
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.services import Services
from miaohui.settings import Settings
from miaohui.talk.messaging.actions.open_direct import open_direct
from tests.bench import square
from tests.bench.table import print_table
from tests.bench.town import put_clip, sign_in
from tests.running import RunningServer
from tests.wire import Wire

PAIRS = 20
EACH = 100
"""Fewer than the 120 that a person may write in a minute."""
WARM = 10
CALM = 40
"""Messages of each of two people who write ten a second."""
CROWDS = (1000, 5000)
LIKES = 60


def run() -> dict[str, Any]:
    """Measure both against server processes of their own."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        one_to_one = _one_to_one(Path(folder) / "talk")
        print_table([one_to_one], list(one_to_one))
        crowds = []
        for size in CROWDS:
            crowds += [_crowd(Path(folder) / f"crowd{size}", size), *asyncio.run(_square(size))]
    print_table(crowds, list(crowds[0]))
    return {"one_to_one": one_to_one, "crowds": crowds}


def _one_to_one(data: Path) -> dict[str, Any]:
    with RunningServer(data, workers=0) as server:
        pairs = _open_pairs(data)
        return asyncio.run(_write(server, pairs))


def _open_pairs(data: Path) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return (conversation, both people's ids and tokens) of pairs of friends."""

    def open_all(tx: Tx) -> list[tuple[str, list[tuple[int, str]]]]:
        pairs = []
        for _ in range(PAIRS):
            people = [create_account(tx, nickname="Bench", birth_date=date(1990, 1, 1)) for _ in range(2)]
            follow_person(tx, follower_id=people[0], followee_id=people[1])
            follow_person(tx, follower_id=people[1], followee_id=people[0])
            place = open_direct(tx, one_id=people[0], other_id=people[1], reason="friends")
            tokens = [open_session(tx, account_id=one, user_agent="bench").token for one in people]
            pairs.append((str(place), list(zip(people, tokens, strict=True))))
        return pairs

    with Services(Settings(data_dir=data)) as services:
        return services.db.write_sync(open_all)


async def _write(server: RunningServer, pairs: list[tuple[str, list[tuple[int, str]]]]) -> dict[str, Any]:
    process = psutil.Process(server.pid)
    sockets = [await _listen(server, person, token) for _, people in pairs for person, token in people]
    sent_at: dict[str, float] = {}
    waits: list[float] = []
    heard = 0

    async def hear(socket: ClientConnection) -> None:
        nonlocal heard
        async for frame in socket:
            now = time.perf_counter()
            said = json.loads(frame)
            if said.get("event") == "message":
                heard += 1
                waits.append(now - sent_at[said["data"]["message"]["client_id"]])

    async def talk(place: str, token: str, times: int, pause_s: float = 0) -> None:
        wire = await Wire.open(server.url)
        for _ in range(times):
            await asyncio.sleep(pause_s)
            name = f"bench-{new_id()}"
            sent_at[name] = time.perf_counter()
            body = {"client_id": name, "kind": "text", "body": {"text": "今晚去看花灯吗？ Bring the camera."}}
            await wire.ok(token, "POST", f"/conversations/{place}/messages", body)
        wire.close()

    listening = [asyncio.create_task(hear(socket)) for socket in sockets]
    await asyncio.gather(*[talk(place, people[0][1], WARM) for place, people in pairs])
    await asyncio.sleep(1)
    waits.clear()
    await asyncio.gather(*[talk(place, people[0][1], CALM, pause_s=0.1) for place, people in pairs[:2]])
    await asyncio.sleep(0.5)
    calm = sorted(waits)
    before, heard_before = _spent(process), heard
    waits.clear()
    began = time.perf_counter()
    await asyncio.gather(*[talk(place, people[1][1], EACH) for place, people in pairs])
    messages = PAIRS * EACH
    while heard - heard_before < 2 * messages:
        await asyncio.sleep(0.01)
    wall_s = time.perf_counter() - began
    spent = _spent(process) - before
    for one in listening:
        one.cancel()
    for socket in sockets:
        await socket.close()
    ordered = sorted(waits)
    return {
        "messages": messages,
        "deliveries": heard - heard_before,
        "cpu_ms_per_message": round(1000 * spent / messages, 2),
        "messages_per_s": round(messages / wall_s),
        "calm_p50_ms": round(1000 * calm[len(calm) // 2], 1),
        "calm_p99_ms": round(1000 * calm[int(len(calm) * 0.99)], 1),
        # As fast as it goes: what this adds to a calm delivery is the queue of those who wait for their turn.
        "delivery_p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "delivery_p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 1),
    }


async def _listen(server: RunningServer, person: int, token: str) -> ClientConnection:
    socket = await connect(
        f"{server.url.replace('http', 'ws')}/ws",
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
    )
    await socket.send(json.dumps({"op": "subscribe", "topic": f"people:{person}:inbox"}))
    await socket.recv()
    return socket


def _crowd(data: Path, size: int) -> dict[str, Any]:
    """Let a clip be liked and unliked as fast as it goes, in front of a crowd."""
    with RunningServer(data, workers=0) as server:
        video_id, token = put_clip(data), sign_in(data)
        return asyncio.run(_like(server, video_id, token, size))


async def _like(server: RunningServer, video_id: str, token: str, size: int) -> dict[str, Any]:
    crowd = await Crowd.gather(int(server.url.rpartition(":")[2]), f"videos:{video_id}", size)
    await asyncio.sleep(0.5)
    process, wire = psutil.Process(server.pid), await Wire.open(server.url)
    crowd.frames, before = 0, process.cpu_times()
    for number in range(LIKES):
        await wire.ok(token, "PUT" if number % 2 == 0 else "DELETE", f"/videos/{video_id}/like")
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    after = process.cpu_times()
    crowd.leave()
    wire.close()
    return _told("with its likes", size, crowd.frames, LIKES, after.user - before.user, after.system - before.system)


async def _square(size: int) -> list[dict[str, Any]]:
    """Tell a crowd something in a process that does nothing else, and let that process write as much by itself."""
    command = (sys.executable, "-m", "tests.bench.square")
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*command, **pipes)
    assert process.stdin is not None
    assert process.stdout is not None
    crowd = await Crowd.gather(json.loads(await process.stdout.readline())["port"], square.TOPIC, size)
    rows = []
    for what, name, changes in (("tell", "alone", square.CHANGES), ("bare", "a bare loop of writes", 0)):
        crowd.frames = 0
        process.stdin.write(f"{what}\n".encode())
        took = json.loads(await process.stdout.readline())
        frames = took["frames"] * size
        while changes and crowd.frames < frames:
            await asyncio.sleep(0.01)
        rows.append(_told(name, size, frames, changes, took["user_s"], took["system_s"]))
    crowd.leave()
    process.stdin.close()
    await process.wait()
    return rows


def _told(what: str, size: int, frames: int, changes: int, user_s: float, system_s: float) -> dict[str, Any]:
    spent = max(user_s + system_s, 1e-3)
    return {
        "sockets": size,
        "what": what,
        "frames": frames,
        "frames_per_cpu_s": round(frames / spent),
        # What a socket learns: the newest state of several changes comes in one frame.
        "changes_told_per_cpu_s": round(changes * size / spent) if changes else "",
        "user_us_per_frame": round(1e6 * user_s / max(frames, 1), 1),
        "system_us_per_frame": round(1e6 * system_s / max(frames, 1), 1),
    }


class Crowd:
    """Sockets that only count their frames, so as not to be what is measured."""

    def __init__(self) -> None:
        self.frames = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._counting: list[asyncio.Task[None]] = []

    @classmethod
    async def gather(cls, port: int, topic: str, size: int) -> "Crowd":
        """Let so many listen to a topic."""
        crowd = cls()
        for _ in range(size // 100):
            await asyncio.gather(*[crowd._listen(port, topic) for _ in range(100)])
        return crowd

    def leave(self) -> None:
        """Close all of them."""
        for one in self._counting:
            one.cancel()
        for writer in self._writers:
            writer.close()

    async def _listen(self, port: int, topic: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        hello = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        writer.write((hello + key).encode())
        await reader.readuntil(b"\r\n\r\n")
        text = json.dumps({"op": "subscribe", "topic": topic}).encode()
        unmasked = bytes(4)
        writer.write(bytes([0x81, 0x80 | len(text)]) + unmasked + text)
        await reader.readuntil(b"}")
        self._writers.append(writer)
        self._counting.append(asyncio.create_task(self._count(reader)))

    async def _count(self, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(65536):
            self.frames += chunk.count(b'"topic"')


def _spent(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)
