"""Providers' bills as operators see them, and what they do about differences."""

from datetime import date, datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.money.payments.actions.record_bill import close_difference
from miaohui.money.payments.queries import bill_differences
from miaohui.money.payments.tables import bill_run

_RUNS_SHOWN = 30


class BillRun(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's bill of one day, held against our books."""

    provider: str
    day: date
    lines: int
    differences: int
    fetched_at: datetime


class DifferenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where a bill and our books do not say the same. missing_there: the bill does not name it."""

    id: Id
    provider: str
    day: date
    kind: Literal["missing_here", "missing_there", "amount"]
    out_no: str
    ours_minor: int | None
    theirs_minor: int | None
    state: Literal["open", "closed"]
    note: str | None


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """The last bills, newest first, and the differences that are open or closed."""

    runs: list[BillRun]
    differences: list[DifferenceAnswer]


def read_reconciliation(tx: Tx, *, by_id: int, state: Literal["open", "closed"]) -> Reconciliation:
    """Return the last bills and their differences to an operator. Raises Forbidden."""
    access_operator(tx, by_id)
    columns = [bill_run.c[name] for name in BillRun.__struct_fields__]
    runs = tx.all(sa.select(*columns).order_by(bill_run.c.day.desc(), bill_run.c.id.desc()).limit(_RUNS_SHOWN), BillRun)
    differences = [
        DifferenceAnswer(**msgspec.structs.asdict(one) | {"id": format_id(one.id)})
        for one in bill_differences(tx, state=state)
    ]
    return Reconciliation(runs=runs, differences=differences)


def close_with_note(tx: Tx, *, difference_id: int, by_id: int, note: str) -> None:
    """Close a difference as an operator, and say how it was settled. Raises Forbidden, DifferenceClosed."""
    access_operator(tx, by_id)
    close_difference(tx, difference_id=difference_id, by_id=by_id, note=note)
