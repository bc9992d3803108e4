"""Starts the town of town.py on a real server."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from litestar import Litestar
from litestar.middleware import DefineMiddleware

from miaohui.kit.db import Database, Tx, open_database
from miaohui.kit.http import ViewerMiddleware
from miaohui.kit.realtime import Limits, Realtime, anyone
from miaohui.kit.siblings import NoSiblings, Siblings
from miaohui.kit.signing import Signer
from tests.kit.realtime.town import Moment, Town, in_club


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def town_db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(f"sqlite:///{tmp_path / 'town.db'}")

    def build(tx: Tx) -> None:
        tx.execute(sa.text("CREATE TABLE club (id INTEGER PRIMARY KEY)"))
        tx.execute(sa.text("CREATE TABLE club_member (club_id INTEGER, account_id INTEGER)"))
        tx.execute(sa.text("INSERT INTO club VALUES (7), (8)"))

    db.write_sync(build)
    yield db
    db.close()


@pytest.fixture
def open_town(
    town_db: Database, serve: Callable[[Litestar], str], limits: Limits, moment: Moment
) -> Iterator[Callable[[Siblings], Town]]:
    """Starts web processes of one town; each needs siblings of its own."""
    with ExitStack() as opened:

        def open_one(siblings: Siblings) -> Town:
            town = _start(town_db, serve, limits, moment, siblings)
            opened.callback(town.close)
            return town

        yield open_one


@pytest.fixture
def town(open_town: Callable[[Siblings], Town]) -> Town:
    return open_town(NoSiblings())


def _start(db: Database, serve: Callable[[Litestar], str], limits: Limits, moment: Moment, siblings: Siblings) -> Town:
    town = Town(db=db, realtime=None)  # type: ignore[arg-type]  # the two need each other; set in the next line
    town.realtime = Realtime(db=db, authenticate=town.authenticate, limits=limits, siblings=siblings, now=moment)
    town.realtime.authorise("square:news", anyone)
    town.realtime.authorise("clubs:{club_id}:talk", in_club)
    town.realtime.authorise("rooms:{room_id}:danmaku", anyone, merge_every_ms=500)
    started = threading.Event()

    async def start() -> None:
        await town.realtime.start()
        started.set()

    app = Litestar(
        route_handlers=[town.realtime.route_handler()],
        middleware=[
            DefineMiddleware(
                ViewerMiddleware,
                authenticate=town.authenticate,
                signer=Signer(b"0" * 32),
                default_locale="en",
                secure=False,
            )
        ],
        on_startup=[start],
        on_shutdown=[town.realtime.stop],
    )
    town.address = serve(app)
    started.wait()
    return town
