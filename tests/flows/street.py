"""A street where people live their lives: the whole application on a real server, with its sockets, on a clock
that the test moves."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa
from websockets.sync.client import ClientConnection, connect

from miaohui.app import create_app
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.outbox import outbox_delivery
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.settings import Settings
from tests.cast import Cast
from tests.people.shake.fair import SUZHOU, prove
from tests.serving import serving

KM = 180 / 20015.1


class Ear:
    """An open socket, and all that it has heard."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.frames: list[dict[str, Any]] = []
        self._waiting: list[dict[str, Any]] = []

    def subscribe(self, topic: str, **position: Any) -> dict[str, Any]:
        """Ask for a topic, and return the answer."""
        self._socket.send(json.dumps({"op": "subscribe", "topic": topic, **position}))
        return self.until(lambda frame: frame.get("topic") == topic and "op" in frame)

    def until(self, wanted: Callable[[dict[str, Any]], Any], *, seconds: float = 30) -> dict[str, Any]:
        """Return the first frame that is wanted, whether it has come or is yet to come; each is returned once."""
        deadline = time.monotonic() + seconds
        while True:
            for n, frame in enumerate(self._waiting):
                if wanted(frame):
                    return self._waiting.pop(n)
            left = deadline - time.monotonic()
            assert left > 0, f"did not hear it: {self.frames}"
            frame = json.loads(self._socket.recv(timeout=left))
            self.frames.append(frame)
            self._waiting.append(frame)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def forget(self) -> None:
        """Let go of all that has been heard."""
        self.frames.clear()
        self._waiting.clear()

    def event(self, name: str) -> dict[str, Any]:
        """Listen until such an event comes."""
        return self.until(lambda frame: frame.get("event") == name)


class Street:
    """Who is named speaks over HTTP; everybody is proven, and so may shake."""

    def __init__(self, app: Any, address: str, db: Database, clock: ManualClock, cast: Cast, stack: ExitStack) -> None:
        self.app, self.db, self.clock, self.cast = app, db, clock, cast
        self._address = address
        self._stack = stack
        self._client = stack.enter_context(httpx.Client(base_url=f"http://{address}/api/v1", timeout=30))
        self._tokens: dict[str, str] = {}
        self._tickets = 0

    def id(self, name: str) -> int:
        found: int = getattr(self.cast, name)
        return found

    def token(self, name: str, device: str = "phone") -> str:
        """Sign somebody in on a device, once."""
        key = f"{name}/{device}"
        if key not in self._tokens:
            if not any(known.startswith(f"{name}/") for known in self._tokens):
                self.db.write_sync(prove, account_id=self.id(name))
            opened = self.db.write_sync(open_session, account_id=self.id(name), user_agent=device)
            self._tokens[key] = opened.token
        return self._tokens[key]

    def send(self, name: str, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        content = {} if body is None else {"content": body} if isinstance(body, bytes) else {"json": body}
        return self._client.request(method, path, headers=headers, **content, **options)

    def ok(self, name: str, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Ask for what must succeed."""
        answer = self.send(name, method, path, body, **options)
        assert answer.status_code in {200, 201, 204}, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def refused(self, name: str, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Ask for what must be refused; return the status and the code."""
        answer = self.send(name, method, path, body, **options)
        return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""

    def works(self, name: str, method: str, path: str, body: Any = None, **options: Any) -> bool:
        """Return whether something can be done; a refusal must say that there is no such thing."""
        answer = self.send(name, method, path, body, **options)
        assert answer.status_code in {200, 201, 204, 404}, f"{method} {path}: {answer.text}"
        return answer.status_code != 404

    def items(self, name: str, path: str, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok(name, "GET", path, params=query)["items"]
        return found

    def listens(self, name: str, *topics: str, device: str = "phone") -> Ear:
        """Open a socket that hears these topics."""
        headers = {"Authorization": f"Bearer {self.token(name, device)}"}
        # With a bounded queue, who has not read all would hang up only after ten seconds.
        socket = connect(f"ws://{self._address}/ws", additional_headers=headers, compression=None, max_queue=None)
        ear = Ear(self._stack.enter_context(socket))
        for topic in topics:
            assert ear.subscribe(topic)["op"] == "subscribed", ear.frames
        return ear

    def shake(self, name: str, *, north_km: float = 0, **more: Any) -> dict[str, Any]:
        self._tickets += 1
        place = {"latitude": SUZHOU[0] + north_km * KM, "longitude": SUZHOU[1]}
        body = {"ticket_id": f"ticket-{self._tickets:04}", "place": place, **more}
        answer: dict[str, Any] = self.ok(name, "POST", "/shakes", body)
        return answer

    def eventually(self, holds: Callable[[], Any], *, seconds: float = 60) -> None:
        """Wait until the server has done something by itself; the clock of the story stands still meanwhile."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    def quiet(self) -> None:
        """Wait until all that was said has been heard by the handlers."""
        self.eventually(lambda: self.db.read_sync(_undelivered) == 0)

    def pass_time(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))


S = TypeVar("S", bound=Street)


@contextmanager
def open_street(
    folder: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast, *, kind: type[S], **settings: Any
) -> Iterator[S]:
    """Run the application for a test. kind: Street, or what a story has made of it."""
    url = database_url if database_url.startswith("postgres") else ""
    app = create_app(Settings(data_dir=folder, database_url=url, **settings), clock=clock)
    with serving(app) as address, ExitStack() as stack:
        yield kind(app, address, db, clock, cast, stack)


def _undelivered(tx: Tx) -> int:
    waiting = sa.select(sa.func.count()).select_from(outbox_delivery).where(outbox_delivery.c.done_at.is_(None))
    return int(tx.scalar(waiting))
