"""Reads of the ledger."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import class_of, signed
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting


def balance_of(tx: Tx, *, code: str, currency: str) -> int:
    """Return what an account holds, on the side on which it grows; 0 if it was never opened."""
    return balances_of(tx, codes=[code], currency=currency)[code]


def balances_of(tx: Tx, *, codes: list[str], currency: str) -> dict[str, int]:
    """Return what each of these accounts holds."""
    for code in codes:
        class_of(code)
    found = _balances(tx, sa.and_(ledger_account.c.code.in_(codes), ledger_account.c.currency == currency))
    return dict.fromkeys(codes, 0) | found


def balances_like(tx: Tx, *, prefix: str, currency: str) -> dict[str, int]:
    """Return what all opened accounts hold whose code begins so; `escrow:` for all escrows."""
    beginning = ledger_account.c.code.startswith(prefix, autoescape=True)
    return _balances(tx, sa.and_(beginning, ledger_account.c.currency == currency))


def is_posted(tx: Tx, *, kind: str, ref: str) -> bool:
    """Return whether this has been posted."""
    same = sa.and_(ledger_entry.c.kind == kind, ledger_entry.c.ref == ref)
    return tx.scalar(sa.select(ledger_entry.c.id).where(same)) is not None


def _balances(tx: Tx, wanted: sa.ColumnElement[bool]) -> dict[str, int]:
    columns = (ledger_account.c.id, ledger_account.c.code, ledger_account.c.balance_minor)
    accounts = tx.execute(sa.select(*columns).where(wanted)).tuples().all()
    unkept = {account_id: code for account_id, code, balance in accounts if balance is None}
    balances = {code: balance for _, code, balance in accounts if balance is not None}
    if unkept:
        debits, credits = (
            _sums(tx, side, list(unkept))
            for side in (ledger_posting.c.debit_account_id, ledger_posting.c.credit_account_id)
        )
        for account_id, code in unkept.items():
            balances[code] = signed(
                code, debit_minor=debits.get(account_id, 0), credit_minor=credits.get(account_id, 0)
            )
    return balances


def _sums(tx: Tx, side: sa.Column[int], account_ids: list[int]) -> dict[int, int]:
    total = sa.func.sum(ledger_posting.c.amount_minor)
    rows = tx.execute(sa.select(side, total).where(side.in_(account_ids)).group_by(side)).tuples()
    # PostgreSQL sums 64-bit numbers into its decimal type.
    return {account_id: int(amount) for account_id, amount in rows}


class Held(msgspec.Struct, frozen=True):
    """What one account holds."""

    code: str
    currency: str
    balance_minor: int


def accounts_that_hold(tx: Tx, *, codes: Sequence[str]) -> list[Held]:
    """Return those of these guarded accounts that hold something, in whichever currency."""
    columns = (ledger_account.c.code, ledger_account.c.currency, ledger_account.c.balance_minor)
    holding = sa.select(*columns).where(ledger_account.c.code.in_(codes), ledger_account.c.balance_minor > 0)
    return tx.all(holding.order_by(ledger_account.c.code, ledger_account.c.currency), Held)


def credits_of_entry(tx: Tx, *, kind: str, ref: str) -> dict[str, int]:
    """Return what an entry credited to each account; nothing if there is no such entry."""
    total = sa.func.sum(ledger_posting.c.amount_minor)
    posted = (
        sa.select(ledger_account.c.code, total)
        .join(ledger_posting, ledger_posting.c.credit_account_id == ledger_account.c.id)
        .join(ledger_entry, ledger_entry.c.id == ledger_posting.c.entry_id)
        .where(ledger_entry.c.kind == kind, ledger_entry.c.ref == ref)
        .group_by(ledger_account.c.code)
    )
    return {code: int(amount) for code, amount in tx.execute(posted).tuples()}
