"""What every test may ask for: a clock that stands still, and a database of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, open_database
from miaohui.migrations import migrate
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.house import House
from tests.market import Market
from tests.postgres import FreshDatabases, PostgresServer, postgres_programs
from tests.redis_server import RedisServer, redis_is_here

IN_MEMORY = Path("/dev/shm")
A_SPRING_EVENING = datetime(2026, 4, 18, 19, 30, tzinfo=UTC)
FreshDatabase = Callable[[Path], AbstractContextManager[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite", help="run the suite on this one")


def pytest_configure() -> None:
    """Put the tests' files into memory where there is room: they kill our processes, but never the machine."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > 4 << 30:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put browser tests behind all others: Playwright keeps an event loop running in the thread of the tests.

    On PostgreSQL only those run that use the database.
    """
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")
            # On a machine that is busy, a page takes its time; a limit of pytest's own would end the whole run.
            item.add_marker(pytest.mark.timeout(600))
    if config.getoption("--database") == "postgres":
        config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
        items[:] = [item for item in items if _uses_database(item)]
    # The longest story comes first of them, so that no core waits for it at the end.
    items.sort(key=lambda item: ("browser" in item.path.parts, item.path.name != "test_two_people.py"))


def _uses_database(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "fresh_databases" in item.fixturenames


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(A_SPRING_EVENING)


@pytest.fixture
def database_url(fresh_databases: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database that has all tables."""
    with fresh_databases(tmp_path) as url:
        yield url


@pytest.fixture
def db(database_url: str, clock: ManualClock) -> Iterator[Database]:
    """A database of its own for one test, with the product's real reaction graph."""
    database = open_database(database_url, clock=clock, recorder=subscriptions())
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    """The people of every story."""
    return Cast(db)


@pytest.fixture
def market(db: Database, clock: ManualClock, cast: Cast, tmp_path: Path) -> Market:
    """Omar's shop on a market day, with everything from the cart to the parcel."""
    return Market(db, clock, cast, tmp_path / "market")


@pytest.fixture
def house(db: Database, clock: ManualClock) -> Iterator[House]:
    """The JSON API of people and media."""
    with House(db=db, clock=clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis that all tests of this process share; nothing is cleared between them."""
    if not redis_is_here():
        pytest.skip("Redis' server is not installed")
    with RedisServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "miaohui.db"
    database = open_database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[FreshDatabases]:
    """PostgreSQL databases with all tables, one after the other."""
    if postgres_programs() is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with PostgresServer() as server:
        template = server.create_database("miaohui_template")
        database = open_database(template)
        migrate(database)
        database.close()
        yield FreshDatabases(server, template="miaohui_template")


@pytest.fixture(scope="session")
def fresh_databases(request: pytest.FixtureRequest) -> FreshDatabase:
    """Lends databases that have all tables; one of SQLite lies in the folder that is given."""
    if request.config.getoption("--database") == "postgres":
        databases: FreshDatabases = request.getfixturevalue("postgres_databases")

        @contextmanager
        def lend(folder: Path) -> Iterator[str]:
            url = databases.take()
            yield url
            databases.give_back(url)

    else:
        template: Path = request.getfixturevalue("sqlite_template")

        @contextmanager
        def lend(folder: Path) -> Iterator[str]:
            file = folder / "miaohui.db"
            shutil.copy(template, file)
            yield f"sqlite:///{file}"

    return lend
