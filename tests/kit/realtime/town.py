"""A town square with sockets: a club whose members are rows, and a few open topics."""

import json
import socket
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http import Session, Viewer
from miaohui.kit.realtime import Realtime

ANSWER_S = 10
"""How long a test waits for a frame before it fails."""


def in_club(tx: Tx, viewer: Viewer, *, club_id: int) -> bool:
    if tx.scalar(sa.text(f"SELECT 1 FROM club WHERE id = {club_id:d}")) is None:
        raise NotFound
    query = f"SELECT 1 FROM club_member WHERE club_id = {club_id:d} AND account_id = {viewer.account_id or 0:d}"
    return tx.scalar(sa.text(query)) is not None


@dataclass
class Town:
    """The server side of a test."""

    db: Database
    realtime: Realtime
    address: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    """Who a token belongs to; the accounts domain keeps this in its tables."""
    after_authentication: Callable[[], None] | None = None
    """A competitor who acts between the answer and its use."""
    _open: ExitStack = field(default_factory=ExitStack)

    async def authenticate(self, token: str) -> Session | None:
        session = self.sessions.get(token)
        if self.after_authentication is not None:
            self.after_authentication()
        return session

    def sign_up(self, name: str, *, account_id: int, device_id: int = 1) -> str:
        token = f"token-of-{name}-{device_id}"
        self.sessions[token] = Session(
            account_id=account_id, device_id=device_id, handle=name, nickname=name, avatar_url="", is_minor=False
        )
        return token

    def set_member(self, club_id: int, account_id: int, *, is_member: bool) -> None:
        def change(tx: Tx) -> None:
            tx.execute(sa.text(f"DELETE FROM club_member WHERE club_id={club_id:d} AND account_id={account_id:d}"))
            if is_member:
                tx.execute(sa.text(f"INSERT INTO club_member VALUES ({club_id:d}, {account_id:d})"))

        self.db.write_sync(change)

    def open(self, token: str | None = None, **options: Any) -> "Phone":
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        headers |= options.pop("headers", {})
        # Otherwise a phone that does not listen to all would hang up only after a time-out.
        options.setdefault("max_queue", None)
        calling = connect(f"ws://{self.address}/ws", additional_headers=headers, compression=None, **options)
        return Phone(self._open.enter_context(calling))

    def open_mouth(self) -> "Mouth":
        calling = Mouth(f"ws://{self.address}/ws")
        self._open.enter_context(closing(calling))
        return calling

    def close(self) -> None:
        """Hang up all phones."""
        self._open.close()


class Phone:
    """The client side of a test."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[str | bytes] = []
        """What came before the end."""

    def send(self, op: str, **members: Any) -> None:
        self.socket.send(json.dumps({"op": op, **members}))

    def hear(self) -> dict[str, Any]:
        """Return the next frame."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=ANSWER_S))
        return frame

    def hear_the_end(self) -> tuple[int | None, str | None]:
        """Listen until the server closes the socket; return its code and reason."""
        with suppress(ConnectionClosedError):
            self.heard.extend(self.socket)
        return self.socket.close_code, self.socket.close_reason

    def ask(self, op: str, **members: Any) -> dict[str, Any]:
        """Send a frame and return what comes next."""
        self.send(op, **members)
        return self.hear()

    def subscribe(self, topic: str, **position: Any) -> dict[str, Any]:
        answer = self.ask("subscribe", topic=topic, **position)
        assert answer["op"] == "subscribed", answer
        return answer

    def hears_nothing(self) -> bool:
        """Return whether all that the server had for this socket has been read: its answer comes next."""
        return self.ask("ping") == {"op": "pong"}


class Moment:
    """A monotonic clock in seconds that moves only when it is told to."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


class Mouth:
    """A client that can talk without listening.

    The library's own cannot: its `send` holds the lock that its listener needs, so against a server that
    stops reading until it is read itself, both wait for ever.
    """

    def __init__(self, address: str) -> None:
        self._protocol = ClientProtocol(parse_uri(address), max_size=None)
        self._socket = socket.create_connection(
            (self._protocol.uri.host, self._protocol.uri.port), timeout=6 * ANSWER_S
        )
        self._frames: deque[Frame] = deque()
        self._protocol.send_request(self._protocol.connect())
        self._socket.sendall(b"".join(self._protocol.data_to_send()))
        self._receive()

    def encode(self, op: str, **members: Any) -> bytes:
        """Return a frame as the wire has it."""
        self._protocol.send_text(json.dumps({"op": op, **members}).encode())
        return b"".join(self._protocol.data_to_send())

    def say(self, frames: bytes) -> None:
        """Send frames; blocks for as long as the server does not read."""
        self._socket.sendall(frames)

    def hear(self) -> dict[str, Any]:
        """Return the next frame."""
        while not self._frames:
            self._receive()
        frame: dict[str, Any] = json.loads(self._frames.popleft().data)
        return frame

    def close(self) -> None:
        self._socket.close()

    def _receive(self) -> None:
        self._protocol.receive_data(self._socket.recv(65536))
        events = self._protocol.events_received()
        self._frames.extend(one for one in events if isinstance(one, Frame) and one.opcode is Opcode.TEXT)
