"""What must hold whatever has happened."""

import sqlalchemy as sa

import miaohui.job_kinds  # noqa: F401  importing declares every audit, too
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import job_table


def broken_promises(db: Database) -> list[str]:
    """Return every audit of the house that finds something, and every job that has failed."""

    def read(tx: Tx) -> list[str]:
        found = [(name, run_audit(tx, name=name)) for name in registered_audits()]
        failed = tx.execute(sa.select(job_table.c.kind, job_table.c.failure).where(job_table.c.failure.is_not(None)))
        return [
            *(
                f"{name}: {finding.violations}, as in {finding.examples}"
                for name, finding in found
                if finding.violations
            ),
            *(f"{kind}: {failure}" for kind, failure in failed),
        ]

    return db.read_sync(read)
