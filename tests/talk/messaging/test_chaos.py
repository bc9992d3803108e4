"""Sends, reconnects and kill -9 at random: every acknowledged message is seen exactly once, in order, on every device.

The short form runs with the suite; `CHAOS_S=60 CHAOS_SOCKETS=200 CHAOS_CONVERSATIONS=50 CHAOS_KILLS=5` is the long
one. Both print their counts (`pytest -s`).
"""

import asyncio
import json
import os
import random
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from miaohui.kit.clock import SystemClock
from miaohui.kit.db import Database, Tx, open_database
from miaohui.kit.ids import new_id
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.subscriptions import subscriptions
from miaohui.talk.messaging.actions.create_group import create_group
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.queries import present_members
from miaohui.talk.messaging.tables import conversation, message
from tests.cast import Cast
from tests.fairground import Visitor, sign_in
from tests.running import RunningServer
from tests.wire import Wire

SECONDS = float(os.environ.get("CHAOS_S", "5"))
SOCKETS = int(os.environ.get("CHAOS_SOCKETS", "24"))
CONVERSATIONS = int(os.environ.get("CHAOS_CONVERSATIONS", "8"))
KILLS = int(os.environ.get("CHAOS_KILLS", "1"))
"""At least so many, however long a start takes."""
KILL_EVERY_S = 4.0
DEVICES_EACH = 2
GROUP_OF = 4
_PAUSE_S = 0.15
"""Between two messages of one writer, on average."""
_GONE = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake)


class Device:
    """A socket that goes away and comes back with its cursor, and notes all that it hears."""

    def __init__(self, who: Visitor, server: RunningServer, chance: random.Random) -> None:
        self.who = who
        self.topic = f"people:{who.account_id}:inbox"
        self.heard: defaultdict[int, list[int]] = defaultdict(list)
        """Conversation → the numbers of its messages, as they came."""
        self.seqs: list[int] = []
        self.resets = 0
        self.connections = 0
        self._server = server
        self._chance = chance
        self._epoch: str | None = None
        self._seq = 0

    @property
    def has_position(self) -> bool:
        return self._epoch is not None

    async def listen(self, over: asyncio.Event, calm: asyncio.Event) -> None:
        """Stay connected, more or less, until it is over."""
        while not over.is_set():
            with suppress(*_GONE):
                await self._connect(over, calm)
            await asyncio.sleep(self._chance.uniform(0.01, 0.2))

    async def _connect(self, over: asyncio.Event, calm: asyncio.Event) -> None:
        address = f"{self._server.url.replace('http', 'ws')}/ws"
        headers = {"Authorization": f"Bearer {self.who.token}"}
        async with connect(address, additional_headers=headers, compression=None, open_timeout=5) as socket:
            self.connections += 1
            position = {} if self._epoch is None else {"epoch": self._epoch, "after": self._seq}
            await socket.send(json.dumps({"op": "subscribe", "topic": self.topic, **position}))
            leaves_at = time.monotonic() + self._chance.expovariate(1 / 1.5)
            while not over.is_set() and (calm.is_set() or time.monotonic() < leaves_at):
                await self._hear(socket)

    async def _hear(self, socket: ClientConnection) -> None:
        try:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 0.2))
        except TimeoutError:
            return
        if frame.get("op") in ("subscribed", "reset"):
            self.resets += frame["op"] == "reset"
            if self._epoch is None:
                self._epoch, self._seq = frame["epoch"], frame["seq"]
            return
        self.seqs.append(frame["seq"])
        self._seq = frame["seq"]
        if frame["event"] == "message":
            one = frame["data"]["message"]
            self.heard[int(one["conversation_id"])].append(one["seq"])


class Writer:
    """Writes into one conversation as one of its people after the other; what is not answered is sent again."""

    def __init__(self, place: int, people: list[Visitor], server: RunningServer, chance: random.Random) -> None:
        self.place = place
        self.acknowledged: list[tuple[int, int]] = []
        """(id, number) of each message that the server has confirmed."""
        self.resent = 0
        self._people = people
        self._server = server
        self._chance = chance

    async def write(self, over: asyncio.Event) -> None:
        wire: Wire | None = None
        while not over.is_set():
            who, client_id = self._chance.choice(self._people), f"chaos-{new_id()}"
            times = 2 if self._chance.random() < 0.1 else 1
            while times:
                try:
                    wire = wire or await Wire.open(self._server.url)
                    body = {"client_id": client_id, "kind": "text", "body": {"text": f"灯 {client_id}"}}
                    sent = await wire.ok(who.token, "POST", f"/conversations/{self.place}/messages", body)
                    self.acknowledged.append((int(sent["id"]), sent["seq"]))
                    times -= 1
                except OSError:
                    self.resent += 1
                    wire = None
                    await asyncio.sleep(0.1)
            await asyncio.sleep(self._chance.expovariate(1 / _PAUSE_S))
        if wire is not None:
            wire.close()


@pytest.mark.alone
@pytest.mark.timeout(240 + 8 * int(SECONDS))
def test_every_acknowledged_message_is_seen_once_in_order_on_every_device(tmp_path: Path, database_url: str):
    db = open_database(database_url, clock=SystemClock(), recorder=subscriptions())
    chance = random.Random(4)
    people = [sign_in(db, one) for one in Cast(db).crowd(SOCKETS // DEVICES_EACH)]
    places = _open_places(db, [one.account_id for one in people], chance)
    with RunningServer(tmp_path / "town", workers=0, database_url=database_url) as server:
        devices = [Device(sign_in(db, one.account_id), server, chance) for one in people for _ in range(DEVICES_EACH)]
        members = {place: db.read_sync(present_members, place) for place in places}
        by_id = {one.account_id: one for one in people}
        writers = [Writer(place, [by_id[one] for one in members[place]], server, chance) for place in places]
        kills = asyncio.run(_run(db, server, devices, writers, members))
    written = _numbers(db, places)
    seen = 0
    for device in devices:
        mine = {place for place in places if device.who.account_id in members[place]}
        assert device.resets == 0
        assert device.seqs == sorted(set(device.seqs)), "an entry came twice, or in the wrong order"
        assert {place: device.heard[place] for place in mine} == {place: written[place] for place in mine}
        seen += sum(len(device.heard[place]) for place in mine)
    acknowledged = {one for writer in writers for one in writer.acknowledged}
    assert acknowledged <= _ids(db)
    assert kills >= KILLS
    assert len(acknowledged) > len(places)
    print(
        f"\n{len(devices)} sockets, {len(places)} conversations, {SECONDS:.0f} s: {len(acknowledged)} messages "
        f"acknowledged, {sum(map(len, written.values()))} written, {seen} seen, each once and in order; "
        f"{sum(one.connections for one in devices)} connections, {kills} kills, "
        f"{sum(one.resent for one in writers)} sends repeated"
    )
    db.close()


async def _run(
    db: Database,
    server: RunningServer,
    devices: list[Device],
    writers: list[Writer],
    members: dict[int, list[int]],
) -> int:
    quiet, over, calm = asyncio.Event(), asyncio.Event(), asyncio.Event()
    listening = [asyncio.create_task(one.listen(over, calm)) for one in devices]
    # A device begins to count where its first position lies: each must have one before anybody writes.
    async with asyncio.timeout(120):
        while not all(one.has_position for one in devices):
            await asyncio.sleep(0.05)
    writing = [asyncio.create_task(one.write(quiet)) for one in writers]
    kills, ends_at = 0, time.monotonic() + SECONDS
    while time.monotonic() < ends_at or kills < KILLS:
        await asyncio.sleep(min(KILL_EVERY_S, SECONDS / 2))
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        kills += 1
    await asyncio.sleep(0.5)
    quiet.set()
    await asyncio.gather(*writing)
    calm.set()
    written = _numbers(db, list(members))
    with suppress(TimeoutError):
        async with asyncio.timeout(120):
            while not all(_has_all(one, members, written) for one in devices):
                await asyncio.sleep(0.1)
    over.set()
    await asyncio.gather(*listening)
    return kills


def _has_all(device: Device, members: dict[int, list[int]], written: dict[int, list[int]]) -> bool:
    return all(
        len(device.heard[place]) >= len(written[place])
        for place, people in members.items()
        if device.who.account_id in people
    )


def _open_places(db: Database, people: list[int], chance: random.Random) -> list[int]:
    def open_all(tx: Tx) -> list[int]:
        places: set[int] = set()
        while len(places) < CONVERSATIONS:
            chosen = chance.sample(people, GROUP_OF if len(places) % 2 else 2)
            for one in chosen:
                for other in chosen:
                    if one != other:
                        follow_person(tx, follower_id=one, followee_id=other)
            if len(chosen) == 2:
                places.add(open_direct(tx, one_id=chosen[0], other_id=chosen[1], reason="friends"))
            else:
                places.add(create_group(tx, owner_id=chosen[0], title="灯会", member_ids=chosen[1:]))
        return sorted(places)

    return db.write_sync(open_all)


def _numbers(db: Database, places: list[int]) -> dict[int, list[int]]:
    """Return the numbers of the messages that people have written, as the database has them."""

    def read(tx: Tx) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {place: [] for place in places}
        columns = (message.c.conversation_id, message.c.seq)
        written = sa.and_(message.c.conversation_id.in_(places), message.c.kind == "text")
        for row in tx.execute(sa.select(*columns).where(written).order_by(*columns)):
            found[row.conversation_id].append(row.seq)
        last = dict(tx.execute(sa.select(conversation.c.id, conversation.c.last_seq)).tuples().all())
        assert all(not seqs or seqs[-1] == last[place] for place, seqs in found.items())
        return found

    return db.read_sync(read)


def _ids(db: Database) -> set[tuple[int, int]]:
    return set(db.read_sync(lambda tx: tx.execute(sa.select(message.c.id, message.c.seq)).tuples().all()))
