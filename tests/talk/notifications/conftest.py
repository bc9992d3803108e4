"""The API of notifications, a worker, and a push service on the loopback."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import miaohui.job_kinds  # noqa: F401
from miaohui.kit.blobs import open_blobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.settings import Settings
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.routes import route_handlers
from tests.house import House
from tests.talk.notifications.push_service import PushService, push_service


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", push_inside=True, public_url="https://fair.example")


@pytest.fixture
def notice_house(db: Database, clock: ManualClock, settings: Settings) -> Iterator[House]:
    with House(db=db, clock=clock, routes=route_handlers, data_dir=settings.data_dir, push_inside=True) as opened:
        yield opened


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as opened:
        yield opened


@pytest.fixture
def work(db: Database, clock: ManualClock, settings: Settings) -> Callable[..., int]:
    """Let time pass, and run what is due by then."""
    worker = Worker(db=db, blobs=open_blobs(settings), settings=settings)

    def after(seconds: float = 0) -> int:
        clock.advance(timedelta(seconds=seconds))
        return worker.run_due()

    return after


@pytest.fixture
def follow(db: Database) -> Callable[..., int | None]:
    """Tell somebody that somebody follows them, without the graph."""

    def tell(who: int, *, to: int, **more: Any) -> int | None:
        return db.write_sync(notify, **{"to_id": to, "kind": "graph.followed", "about_id": who, "link": "/me", **more})

    return tell
