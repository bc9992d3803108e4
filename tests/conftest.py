"""What every test may ask for: a clock that stands still, and a database of its own."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, open_database
from miaohui.schema import all_tables
from miaohui.subscriptions import subscriptions

A_SPRING_EVENING = datetime(2026, 4, 18, 19, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite", help="run the suite on this one")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(A_SPRING_EVENING)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database that has all tables."""
    if request.config.getoption("--database") == "postgres":
        return str(request.getfixturevalue("postgres_database")())
    file = tmp_path / "miaohui.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


@pytest.fixture
def db(database_url: str, clock: ManualClock) -> Iterator[Database]:
    """A database of its own for one test, with the product's real reaction graph."""
    database = open_database(database_url, clock=clock, recorder=subscriptions())
    yield database
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "miaohui.db"
    database = open_database(f"sqlite:///{file}")
    all_tables().create_all(database.engine)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of this test run alone, on a socket in a temporary folder."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    folder = tmp_path_factory.mktemp("pg")
    run_as = _unprivileged(folder)
    initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "miaohui", "--auth=trust", "--no-sync", "-E", "UTF8"]
    subprocess.run([*run_as, *initdb], check=True, stdout=subprocess.DEVNULL)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200"
    control = [*run_as, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    subprocess.run([*control, "-o", options, "-l", str(folder / "log"), "start"], check=True, stdout=subprocess.DEVNULL)
    yield f"postgresql://miaohui@/postgres?host={folder}"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Callable[[], str]:
    """Makes fresh PostgreSQL databases with all tables, and returns their URLs."""
    engine = sa.create_engine(
        sa.make_url(postgres_server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )

    def create(name: str, template: str) -> str:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return sa.make_url(postgres_server).set(database=name).render_as_string(hide_password=False)

    database = open_database(create("miaohui_template", "template0"))
    all_tables().create_all(database.engine)
    database.close()
    return lambda: create(f"miaohui_{secrets.token_hex(6)}", "miaohui_template")


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if found:
        return found[0].parent
    return Path(on_path).parent if on_path else None


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as Debian's `postgres`."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and str(parent).startswith("/tmp/"):  # noqa: S108  pytest's own folders
            parent.chmod(0o755)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
