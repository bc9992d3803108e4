"""A PostgreSQL of the tests' own, on a socket in a temporary folder.

Tests kill our processes, never PostgreSQL's or the machine, so it need not wait for the disk; benches let it.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


class PostgresServer:
    """Starts on entry and is gone on exit."""

    def __init__(self, *, durable: bool = False) -> None:
        programs = postgres_programs()
        if programs is None:
            raise FileNotFoundError("PostgreSQL's server programs are not installed")
        self._programs = programs
        self._durable = durable
        # Not in pytest's folder: that one is closed to all but root, and PostgreSQL refuses to run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="miaohui-pg-"))
        self._run_as = _unprivileged(self._folder)

    def __enter__(self) -> "PostgresServer":
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "miaohui", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c max_connections=200"
        if not self._durable:
            options += " -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(self._folder / "log"), "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database as a copy of `template` and return its URL."""
        with _connected(self.url_of("postgres")) as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url_of(name)

    def url_of(self, database: str) -> str:
        """Return the URL under which our settings know a database."""
        return f"postgresql://miaohui@/{database}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._run_as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)


class FreshDatabases:
    """Hands out databases that have all tables and no rows.

    Deleting takes a third of the time that TRUNCATE takes, and a thirtieth of what copying the template takes.
    """

    def __init__(self, server: PostgresServer, *, template: str) -> None:
        self._server = server
        self._template = template
        self._clean: list[str] = []
        with _connected(server.url_of(template)) as connection:
            self._shape = connection.exec_driver_sql(_SHAPE).all()
            self._empty = _empty(connection)

    def take(self) -> str:
        """Return the URL of a database that nobody else has."""
        if self._clean:
            return self._clean.pop()
        return self._server.create_database(f"miaohui_{secrets.token_hex(6)}", template=self._template)

    def give_back(self, url: str) -> None:
        """Empty it for the next test; one whose tables a test has changed is not used again."""
        with _connected(url) as connection:
            connection.exec_driver_sql(_END_THE_OTHERS)
            if connection.exec_driver_sql(_SHAPE).all() != self._shape:
                return
            connection.exec_driver_sql(self._empty)
        self._clean.append(url)


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
_SHAPE = """
    SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),
           (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped)
"""
_END_THE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _empty(connection: sa.Connection) -> str:
    """Return what empties all tables but those that have rows from the beginning."""
    names = [name for (name,) in connection.exec_driver_sql(_TABLES)]
    empty = [name for name in names if connection.exec_driver_sql(f"SELECT NOT EXISTS (TABLE {name})").scalar_one()]
    # Without triggers, so that neither the order of tables matters nor that some only grow.
    steps = ["SET session_replication_role = replica", *[f"DELETE FROM {name}" for name in empty]]
    steps += [f"SELECT setval('{name}', 1, false)" for (name,) in connection.exec_driver_sql(_SEQUENCES)]
    return "; ".join(steps)


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def postgres_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as Debian's `postgres`."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
