"""What waits for an operator: how many, and since when the oldest."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.care.aftersales.tables import dispute
from miaohui.care.compensation.states import OWED
from miaohui.care.compensation.tables import advance
from miaohui.care.insurance.tables import freight_claim
from miaohui.commerce.catalogue.tables import product
from miaohui.commerce.merchants.access import access_operator
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.audits import audit_result, registered_audits
from miaohui.kit.db import Tx
from miaohui.kit.jobs import job_table
from miaohui.money.payments.tables import bill_difference, bill_run, refund


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for a person, and since when the one that has waited longest."""

    name: str
    waiting: int
    oldest_at: datetime | None


class AuditAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The last result of an audit. what: the promise; violations: rows that break it."""

    name: str
    what: str
    violations: int
    checked_at: datetime


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All queues, and the audits that found something. audits: how many were asked."""

    queues: list[Queue]
    audits: int
    checked_at: datetime | None
    broken: list[AuditAnswer]


_WAITING: Mapping[str, tuple[sa.Select[tuple[int]], sa.ColumnElement[datetime]]] = {
    "shops": (sa.select(sa.func.count()).where(shop.c.state == "review"), shop.c.applied_at),
    "listings": (sa.select(sa.func.count()).where(product.c.state == "review"), product.c.created_at),
    "disputes": (
        sa.select(sa.func.count()).where(dispute.c.state.in_(["open", "ready", "appealed"])),
        dispute.c.opened_at,
    ),
    "claims": (sa.select(sa.func.count()).where(freight_claim.c.state == "checking"), freight_claim.c.filed_at),
    "refunds": (sa.select(sa.func.count()).where(refund.c.state == "abnormal"), refund.c.created_at),
    "differences": (
        sa.select(sa.func.count())
        .select_from(bill_difference.join(bill_run, bill_run.c.id == bill_difference.c.run_id))
        .where(bill_difference.c.state == "open"),
        bill_run.c.fetched_at,
    ),
    "advances": (sa.select(sa.func.count()).where(advance.c.state.in_(sorted(OWED))), advance.c.opened_at),
    "jobs": (sa.select(sa.func.count()).where(job_table.c.state == "failed"), job_table.c.finished_at),
}


def read_overview(tx: Tx, *, by_id: int) -> Overview:
    """Return what waits for operators to one of them. Raises Forbidden."""
    access_operator(tx, by_id)
    results = tx.execute(sa.select(audit_result).order_by(audit_result.c.name)).all()
    promises = registered_audits()
    broken = [
        AuditAnswer(
            name=row.name,
            what=promises[row.name].what if row.name in promises else "",
            violations=row.violations,
            checked_at=row.checked_at,
        )
        for row in results
        if row.violations
    ]
    return Overview(
        queues=_queues(tx),
        audits=len(results),
        checked_at=max((row.checked_at for row in results), default=None),
        broken=broken,
    )


def _queues(tx: Tx) -> list[Queue]:
    found = []
    for name, (counted, since) in _WAITING.items():
        waiting, oldest_at = tx.execute(counted.add_columns(sa.func.min(since))).one()
        found.append(Queue(name=name, waiting=waiting, oldest_at=oldest_at))
    return found
