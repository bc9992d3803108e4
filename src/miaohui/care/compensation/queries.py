"""Reads of advances."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.care.compensation.states import OWED, AdvanceReason, AdvanceState, Source
from miaohui.care.compensation.tables import advance, advance_recovery
from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """An advance as it stands in the database."""

    id: int
    ref: str
    aftersale_id: int
    order_line_id: int
    shop_id: int
    buyer_id: int
    amount_minor: int
    currency: str
    reason: AdvanceReason
    state: AdvanceState
    recovered_minor: int
    written_off_minor: int
    opened_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None

    @property
    def left_minor(self) -> int:
        """What the shop still owes of it."""
        return self.amount_minor - self.recovered_minor - self.written_off_minor


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """Part of an advance that came back, or was given up."""

    id: int
    source: Source
    amount_minor: int
    by_id: int | None
    at: datetime


def advance_columns() -> Sequence[sa.Column[Any]]:
    """Return the columns of an Advance."""
    return [advance.c[name] for name in Advance.__struct_fields__]


def advance_by_ref(tx: Tx, ref: str) -> Advance | None:
    """Return the advance for this reason."""
    return tx.one(sa.select(*advance_columns()).where(advance.c.ref == ref), Advance)


def advance_of_case(tx: Tx, *, aftersale_id: int) -> Advance | None:
    """Return what the platform has paid first in this case, if anything."""
    return tx.one(sa.select(*advance_columns()).where(advance.c.aftersale_id == aftersale_id), Advance)


def advances(tx: Tx, *, only_owed: bool, after: Position | None, limit: int) -> list[Advance]:
    """Return advances, oldest first; up to `limit`."""
    place = (advance.c.opened_at, advance.c.id)
    statement = sa.select(*advance_columns())
    if only_owed:
        statement = statement.where(advance.c.state.in_(OWED))
    if after is not None:
        moment, advance_id = after
        end = sa.tuple_(sa.literal(moment, advance.c.opened_at.type), sa.literal(advance_id, sa.BigInteger))
        statement = statement.where(sa.tuple_(*place) > end)
    return tx.all(statement.order_by(*place).limit(limit), Advance)


def shops_that_owe(tx: Tx) -> list[tuple[int, str]]:
    """Return shop and currency wherever something of an advance is left."""
    owed = sa.select(advance.c.shop_id, advance.c.currency).where(advance.c.state.in_(OWED)).distinct()
    return [(shop_id, currency) for shop_id, currency in tx.execute(owed.order_by(advance.c.shop_id)).tuples()]


def recoveries_of(tx: Tx, *, advance_id: int) -> list[Recovery]:
    """Return what came back of an advance, oldest first."""
    columns = [advance_recovery.c[name] for name in Recovery.__struct_fields__]
    of_advance = advance_recovery.c.advance_id == advance_id
    return tx.all(sa.select(*columns).where(of_advance).order_by(advance_recovery.c.id), Recovery)


def debited_by_refund(tx: Tx, *, ref: str, code: str) -> int:
    """Return how much of the refund with this reference was put on an account."""
    posted = (
        sa.select(sa.func.coalesce(sa.func.sum(ledger_posting.c.amount_minor), 0))
        .join(ledger_entry, ledger_entry.c.id == ledger_posting.c.entry_id)
        .join(ledger_account, ledger_account.c.id == ledger_posting.c.debit_account_id)
        .where(ledger_entry.c.kind == "refund", ledger_entry.c.ref == ref, ledger_account.c.code == code)
    )
    return int(tx.scalar(posted))
