"""The API of accounts as browsers meet it, and the terminal on which the codes are printed."""

import io
import re
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.middleware import DefineMiddleware
from litestar.testing import TestClient

import miaohui.job_kinds  # noqa: F401  routes stage jobs
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx, metadata
from miaohui.kit.http import ViewerMiddleware
from miaohui.kit.jobs import Worker
from miaohui.kit.rate_limits import InProcessRateLimits
from miaohui.kit.signing import Signer
from miaohui.people.accounts.passwords import Passwords
from miaohui.people.accounts.routes import route_handlers
from miaohui.people.accounts.senders import ConsoleCodeSender
from miaohui.people.accounts.services import AccountServices
from miaohui.people.accounts.sessions import Sessions
from miaohui.settings import Settings
from tests.house import app_of

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Everything but slow."""
MEI = "mei@fair.example"
OMAR = "omar@fair.example"
PHONE = "+8613800138000"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GROWN_UP = "1994-03-02"


class Browser:
    """One browser with its cookies; answers of the API as JSON."""

    def __init__(self, door: "Door", client: TestClient[Litestar]) -> None:
        self.door = door
        self.client = client

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        content = {} if body is None else {"json": body}
        return self.client.request(method, f"/api/v1{path}", **content, **options)

    def ask_for_code(self, address: str = MEI, purpose: str = "enter") -> str:
        """Have a code sent, after a while if it is not the first, and read it from the terminal."""
        if self.door.codes(address):
            self.door.wait(seconds=31)
        channel = "phone" if address.startswith("+") else "email"
        sent = self.send("POST", "/accounts/codes", {"channel": channel, "address": address, "purpose": purpose})
        assert sent.status_code == 202, sent.text
        return self.door.last_code(address)

    def sign_up(self, address: str = MEI, **changes: Any) -> httpx.Response:
        channel = "phone" if address.startswith("+") else "email"
        form = {
            "channel": channel,
            "address": address,
            "code": changes.pop("code", None) or self.ask_for_code(address),
            "nickname": "阿梅",
            "birth_date": GROWN_UP,
            "terms_accepted": True,
        }
        return self.send("POST", "/accounts", form | changes)

    def sign_in(self, address: str = MEI, code: str | None = None) -> httpx.Response:
        channel = "phone" if address.startswith("+") else "email"
        body = {"method": "code", "channel": channel, "address": address, "code": code or self.ask_for_code(address)}
        return self.send("POST", "/sessions", body)

    def sign_in_by_password(self, password: str, address: str = MEI) -> httpx.Response:
        body = {"method": "password", "channel": "email", "address": address, "password": password}
        return self.send("POST", "/sessions", body)

    def me(self) -> dict[str, Any]:
        answer = self.send("GET", "/me")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def is_in(self) -> bool:
        return self.send("GET", "/me").status_code == 200

    def devices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.send("GET", "/devices").json()["items"]
        return found


class Door(ExitStack):
    """The server side of a test."""

    def __init__(self, *, db: Database, blobs: FolderBlobs, clock: ManualClock, folder: Path) -> None:
        super().__init__()
        self.db = db
        self.blobs = blobs
        self.clock = clock
        self.terminal = io.StringIO()
        self.settings = Settings(data_dir=folder, public_url="https://fair.example")
        self.signer = Signer(b"the key of this fair")
        sender = ConsoleCodeSender(self.terminal)
        self.accounts = AccountServices(
            self.settings, sessions=Sessions(db), passwords=Passwords(QUICK), senders={"email": sender, "phone": sender}
        )
        self.callback(self.accounts.close)
        self.app = self._app()

    def browser(self, user_agent: str = FIREFOX) -> Browser:
        return self._client({"User-Agent": user_agent})

    def program(self, token: str) -> Browser:
        """Return a client that sends a bearer token and keeps no cookies."""
        return self._client({"Authorization": f"Bearer {token}"})

    def wait(self, *, seconds: float = 0, **more: float) -> None:
        self.clock.advance(timedelta(seconds=seconds, **more))

    def codes(self, address: str) -> list[str]:
        """Return all codes that were sent to an address, oldest first."""
        return re.findall(rf"(\d{{6}}).*→ {re.escape(address)}$", self.terminal.getvalue(), re.MULTILINE)

    def last_code(self, address: str) -> str:
        return self.codes(address)[-1]

    def stored(self) -> str:
        """Return every row of every table, to search for what must not be there."""

        def dump(tx: Tx) -> str:
            rows = (row for table in metadata.sorted_tables for row in tx.execute(sa.select(table)))
            return "\n".join(repr(tuple(row)) for row in rows)

        return self.db.read_sync(dump)

    def work(self) -> None:
        """Run the jobs that are due."""
        Worker(db=self.db, blobs=self.blobs, settings=self.settings).run_due()

    def _client(self, headers: dict[str, str]) -> Browser:
        client = self.enter_context(TestClient(self.app, base_url="https://fair.example"))
        client.headers.update(headers)
        return Browser(self, client)

    def _app(self) -> Litestar:
        shared = {
            "db": self.db,
            "blobs": self.blobs,
            "settings": self.settings,
            "clock": self.clock,
            "signer": self.signer,
            "limiter": InProcessRateLimits(self.clock),
            "accounts": self.accounts,
        }
        viewers = DefineMiddleware(
            ViewerMiddleware,
            authenticate=self.accounts.sessions.authenticate,
            signer=self.signer,
            default_locale="zh-Hans",
            secure=True,
        )
        return app_of(route_handlers, shared, viewers)
