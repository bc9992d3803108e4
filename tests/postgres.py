"""A PostgreSQL of the tests' own, on a socket in a temporary folder.

Tests kill our processes, never PostgreSQL's or the machine, so it need not wait for the disk; benches let it.
"""

import os
import shutil
import subprocess
import tempfile
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
        engine = sa.create_engine(self._url("postgres", "postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        engine.dispose()
        return self._url(name, "postgresql")

    def _url(self, database: str, driver: str) -> str:
        return f"{driver}://miaohui@/{database}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._run_as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)


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
