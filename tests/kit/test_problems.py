"""What the API says when it is the database that cannot."""

import logging
import sqlite3

import psycopg
import psycopg.errors
import pytest
import sqlalchemy as sa
from litestar import Litestar, get
from litestar.testing import TestClient

from miaohui.kit.http import exception_handlers


def asked(fault: Exception) -> tuple[int, str, str | None]:
    """What somebody hears whose request meets this fault."""

    @get("/api/v1/thing")
    async def thing() -> None:
        raise fault

    app = Litestar([thing], exception_handlers=exception_handlers(), logging_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/thing")
    return answer.status_code, answer.json()["code"], answer.headers.get("retry-after")


@pytest.mark.parametrize(
    "cause",
    [
        psycopg.errors.TooManyConnections("sorry, too many clients already"),
        psycopg.errors.AdminShutdown("terminating connection"),
        psycopg.errors.DeadlockDetected("after all tries"),
        psycopg.errors.QueryCanceled("statement timeout"),
        psycopg.OperationalError("connection refused"),
    ],
)
def test_a_busy_database_asks_for_a_moment_and_alarms(cause: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert asked(sa.exc.OperationalError("SELECT 1", {}, cause)) == (503, "server_busy", "2")
        assert asked(cause) == (503, "server_busy", "2")

    assert len([one for one in caplog.records if one.exc_info]) == 2


@pytest.mark.parametrize(
    "fault",
    [
        sa.exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError("no such table: fair")),
        sa.exc.ProgrammingError("SELECT 1", {}, psycopg.errors.UndefinedTable("no such table")),
        ValueError("ours"),
    ],
)
def test_a_fault_of_ours_stays_one(fault: Exception) -> None:
    assert asked(fault) == (500, "internal_error", None)
