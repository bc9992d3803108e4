"""The real application with people who may shake, on a clock that the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from miaohui.app import create_app
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.ids import new_id
from miaohui.people.accounts.actions.open_session import open_session
from miaohui.people.accounts.tables import account, account_identifier
from miaohui.people.shake.service import Shaking
from miaohui.settings import Settings
from tests.cast import Cast

SUZHOU = (31.3, 120.6)


class Fair:
    """Sends what people send. Nothing moves before `pass_time`."""

    def __init__(self, client: TestClient[Litestar], db: Database, clock: ManualClock, cast: Cast) -> None:
        self.db = db
        self.cast = cast
        self.client = client
        self.clock = clock
        self._tokens: dict[int, str] = {}
        self._shakes = 0

    @property
    def shaking(self) -> Shaking:
        found: Shaking = self.client.app.state.shaking
        return found

    def arrive(self, person_id: int, *, proven: bool = True) -> int:
        """Let a person sign in; a proven one has a verified address and has been here for long."""
        if proven:
            self.db.write_sync(prove, account_id=person_id)
        self._tokens[person_id] = self.db.write_sync(open_session, account_id=person_id, user_agent="").token
        return person_id

    def send(self, person_id: int, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[person_id]}"}
        content = {} if body is None else {"json": body}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **content)

    def ok(self, person_id: int, method: str, path: str, body: Any = None) -> Any:
        answer = self.send(person_id, method, path, body)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer.json() if answer.content else None

    def refused(self, person_id: int, method: str, path: str, body: Any = None) -> tuple[int, str]:
        answer = self.send(person_id, method, path, body)
        return answer.status_code, answer.json()["code"]

    def ticket(self, *, at: tuple[float, float] | None = SUZHOU, **more: Any) -> dict[str, Any]:
        """The body of one more shake."""
        self._shakes += 1
        place = {} if at is None else {"place": {"latitude": at[0], "longitude": at[1]}}
        return {"ticket_id": f"ticket-{self._shakes:04}", **place, **more}

    def shake(self, person_id: int, *, at: tuple[float, float] | None = SUZHOU, **more: Any) -> Any:
        return self.ok(person_id, "POST", "/shakes", self.ticket(at=at, **more))

    def pass_time(self, **by: float) -> None:
        """Move the clock and let the ladder take its steps."""
        self.clock.advance(timedelta(**by))
        self.client.blocking_portal.call(self.shaking.advance)


@contextmanager
def open_fair(
    folder: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast, **settings: Any
) -> Iterator[Fair]:
    """Run the application for a test."""
    url = database_url if database_url.startswith("postgres") else ""
    app = create_app(Settings(data_dir=folder, database_url=url, **settings), clock=clock)
    with TestClient(app, base_url="http://fair.example") as client:
        yield Fair(client, db, clock, cast)


def prove(tx: Tx, *, account_id: int) -> None:
    """Give a person a verified address and a month in the town, so that they may shake anywhere."""
    row = {"channel": "email", "address": f"{account_id}@fair.example", "verified_at": tx.now}
    tx.execute(sa.insert(account_identifier).values(id=new_id(), account_id=account_id, **row))
    here = account.c.id == account_id
    tx.execute(sa.update(account).where(here).values(created_at=tx.now - timedelta(days=30)))
