"""`GET /healthz`: whether this server can do its work."""

from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from litestar import Request, Response, get

from miaohui import __version__
from miaohui.kit.audits import violations_found
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import job_table
from miaohui.kit.outbox import count_waiting, lag_s


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What a monitor asks for."""

    status: Literal["ok", "failing"]
    version: str
    database: Literal["ok", "unreachable"]
    events_waiting: int | None
    jobs_waiting: int | None
    jobs_failed: int | None


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Work that is not done yet."""

    events_waiting: int
    outbox_lag_s: float
    """Age of the oldest event that somebody has not handled yet."""
    jobs_waiting: int
    jobs_failed: int
    audit_violations: int
    """What the hourly audits have found broken."""


@get("/healthz", tags=["platform"], cache_control=None)
async def healthz(request: Request[Any, Any, Any], db: Database) -> Response[Health]:
    """Tell whether the database answers, and how much work waits; 503 if it does not."""
    try:
        waiting = await db.read(backlog)
    except sa.exc.SQLAlchemyError:
        request.logger.exception("the database does not answer")
        failing = Health(
            status="failing",
            version=__version__,
            database="unreachable",
            events_waiting=None,
            jobs_waiting=None,
            jobs_failed=None,
        )
        return Response(failing, status_code=503)
    return Response(
        Health(
            status="ok",
            version=__version__,
            database="ok",
            events_waiting=waiting.events_waiting,
            jobs_waiting=waiting.jobs_waiting,
            jobs_failed=waiting.jobs_failed,
        )
    )


def backlog(tx: Tx) -> Backlog:
    """Return how much work waits."""

    def jobs(*states: str) -> int:
        count = sa.select(sa.func.count()).select_from(job_table).where(job_table.c.state.in_(states))
        return tx.scalar(count) or 0

    return Backlog(
        events_waiting=count_waiting(tx),
        outbox_lag_s=lag_s(tx),
        jobs_waiting=jobs("queued", "running"),
        jobs_failed=jobs("failed"),
        audit_violations=violations_found(tx),
    )
