"""A month that is lived through in a database of its own, and then brought over whole.

The real database has handlers and workers that live in the present; a past of weeks cannot be acted out
beside them. So the market's month happens in a scratch file with a clock of its own, through the same
actions, events and jobs as everybody's, and arrives here in one transaction: either all of it, or none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.commerce.categories.actions.plant_categories import plant_categories
from miaohui.commerce.categories.tables import category
from miaohui.kit.blobs import Blobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx, insert_if_absent, open_database
from miaohui.kit.jobs import Worker, job_table
from miaohui.kit.outbox import deliver, due_deliveries
from miaohui.migrations import migrate
from miaohui.people.accounts.tables import account, account_role
from miaohui.schema import all_tables
from miaohui.settings import Settings
from miaohui.subscriptions import subscriptions

_PACKAGE = Path(__file__).parents[2]
_FLOORS = ("money", "commerce", "care")
_ROUNDS = 500
_ROWS_AT_ONCE = 500
Rows = dict[str, list[dict[str, Any]]]


class ScratchMonth:
    """A database in which time moves when it is told to."""

    def __init__(self, db: Database, clock: ManualClock, blobs: Blobs, settings: Settings) -> None:
        self.db = db
        self.clock = clock
        self._subscriptions = subscriptions()
        self._worker = Worker(db=db, blobs=blobs, settings=settings)

    def settle_down(self) -> None:
        """Hand on all events and run all due jobs until nothing is left to do now."""
        for _ in range(_ROUNDS):
            handed_on = False
            while found := self.db.read_sync(due_deliveries):
                handed_on = True
                for due in found:
                    self.db.write_sync(deliver, due=due, subscriptions=self._subscriptions)
            if not self._worker.run_due() and not handed_on:
                return
        raise RuntimeError("the month does not come to rest")


@contextmanager
def open_month(*, real: Database, clock: ManualClock, blobs: Blobs, settings: Settings) -> Iterator[ScratchMonth]:
    """Open a scratch database in which the same people live as in the real one."""
    people = real.read_sync(_read, [account, account_role])
    with TemporaryDirectory(prefix="miaohui-month-") as folder:
        db = open_database(f"sqlite:///{folder}/month.db", clock=clock, recorder=subscriptions())
        try:
            migrate(db)
            db.write_sync(plant_categories)
            db.write_sync(_write, people)
            yield ScratchMonth(db, clock, blobs, settings)
        finally:
            db.close()


def read_month(tx: Tx) -> Rows:
    """Return all rows of money, commerce and care, and the jobs that are still to come."""
    rows = _read(tx, [table for table in all_tables().sorted_tables if table.name in _own_tables()])
    coming = sa.select(job_table).where(job_table.c.state == "queued", job_table.c.unique_key.is_not(None))
    return rows | {job_table.name: [dict(row) for row in tx.execute(coming).mappings()]}


def bring_over(tx: Tx, month: Rows) -> None:
    """Write the rows of a month. Categories are there already; everything else is new."""
    _write(tx, month)


def _own_tables() -> set[str]:
    names: set[str] = set()
    for floor in _FLOORS:
        for file in (_PACKAGE / floor).rglob("tables.py"):
            module = import_module("miaohui." + ".".join(file.relative_to(_PACKAGE).with_suffix("").parts))
            names |= {value.name for value in vars(module).values() if isinstance(value, sa.Table)}
    return names - {category.name, "account", "video"}


def _read(tx: Tx, tables: list[sa.Table]) -> Rows:
    return {table.name: [dict(row) for row in tx.execute(sa.select(table)).mappings()] for table in tables}


def _write(tx: Tx, rows: Rows) -> None:
    tables = all_tables().tables
    for name, found in rows.items():
        if name == job_table.name:
            for row in found:
                insert_if_absent(tx, job_table, row)
            continue
        for start in range(0, len(found), _ROWS_AT_ONCE):
            tx.execute(sa.insert(tables[name]), found[start : start + _ROWS_AT_ONCE])
