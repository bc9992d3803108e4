"""Questions to the whole database whose answer must be empty: each row is a broken promise.

A domain declares in its `audits.py` what must always hold for its tables. `miaohui admin audit` asks all of
them; so does an hourly job, whose result /metrics reports.
"""

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Timestamp, Tx, insert_or_update, metadata
from miaohui.kit.jobs import JobContext, job

log = logging.getLogger(__name__)

EXAMPLES = 5
"""As many violations as somebody reads before looking for the cause."""

_LARGEST_EXACT = (1 << 53) - 1

audit_result = sa.Table(
    "audit_result",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("violations", sa.BigInteger, nullable=False),
    sa.Column("checked_at", Timestamp, nullable=False),
)

Question = Callable[[str], sa.Select[Any]]
"""`question(dialect)` selects the violations; dialect is `sqlite` or `postgresql`."""
Q = TypeVar("Q", bound=Question)


class Audit(msgspec.Struct, frozen=True):
    """What must hold, and how to find where it does not."""

    name: str
    what: str
    question: Question


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one audit found: the number of violations and the first few of them, as rows by column."""

    what: str
    violations: int
    examples: list[dict[str, Any]]


_audits: dict[str, Audit] = {}


def audit(name: str, what: str) -> Callable[[Q], Q]:
    """Register the decorated question under `domain.promise`. what: the promise, in one sentence."""

    def register(question: Q) -> Q:
        if name in _audits and _audits[name].question.__module__ != question.__module__:
            raise ValueError(f"two audits are called {name}")
        _audits[name] = Audit(name, what, question)
        return question

    return register


def registered_audits() -> dict[str, Audit]:
    """Return all audits that have been declared so far, by name."""
    return dict(sorted(_audits.items()))


def run_audit(tx: Tx, *, name: str) -> Finding:
    """Ask one question. It reads whole tables, so it has a transaction of its own."""
    asked = _audits[name]
    question = asked.question(tx.dialect)
    violations = tx.scalar(sa.select(sa.func.count()).select_from(question.order_by(None).subquery()))
    rows = tx.execute(question.limit(EXAMPLES)).mappings().all() if violations else []
    examples = [{column: _plain(value) for column, value in row.items()} for row in rows]
    return Finding(what=asked.what, violations=violations, examples=examples)


@job("audits.run", max_attempts=20)
def run_audits(context: JobContext) -> None:
    """Ask every audit; log what does not hold, and keep the numbers for /metrics.

    It reads for long, so whoever stops the machine often stops it here: that is no fault of the audits.
    """
    for name in registered_audits():
        finding = context.db.read_sync(run_audit, name=name)
        if finding.violations:
            log.error("audit %s: %s violations, as in %s", name, finding.violations, finding.examples)
        context.write(_keep_result, name=name, violations=finding.violations)
    context.finish(_forget_unknown, names=list(registered_audits()))


def violations_found(tx: Tx) -> int:
    """Return how many violations the last run of every audit has found in all."""
    return int(tx.scalar(sa.select(sa.func.coalesce(sa.func.sum(audit_result.c.violations), 0))))


def _keep_result(tx: Tx, *, name: str, violations: int) -> None:
    found = {"violations": violations, "checked_at": tx.now}
    insert_or_update(tx, audit_result, {"name": name, **found}, key=["name"], changes=found)


def _forget_unknown(tx: Tx, *, names: list[str]) -> None:
    tx.execute(sa.delete(audit_result).where(audit_result.c.name.not_in(names)))


def _plain(value: Any) -> Any:
    """As JSON: PostgreSQL's sums are decimals, and a 63-bit id would lose its last digits as a number."""
    if isinstance(value, Decimal):
        value = int(value)
    return str(value) if isinstance(value, int) and abs(value) > _LARGEST_EXACT else value
