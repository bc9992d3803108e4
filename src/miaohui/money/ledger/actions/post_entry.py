"""Post what happened to money."""

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.money.ledger.accounts import signed
from miaohui.money.ledger.locks import Account, open_accounts
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting


class Leg(msgspec.Struct, frozen=True):
    """One amount on its way: debited to one account and credited to another, both by code."""

    debit: str
    credit: str
    amount_minor: int


class Posted(msgspec.Struct, frozen=True):
    """The entry, and whether it is this call that made it. entry_id: None if no leg moved anything."""

    entry_id: int | None
    is_new: bool


class InsufficientFunds(Refusal):
    """The account holds less than is to be taken from it. Data: account."""

    code = "insufficient_funds"
    status = 409
    title = "There is not enough money for this"

    def __init__(self, account: str) -> None:
        super().__init__(account=account)
        self.account = account


class LedgerRefReused(RuntimeError):
    """The same reference stands for another entry: a fault of ours, never of who asks."""


def post_entry(tx: Tx, *, kind: str, ref: str, currency: str, legs: Sequence[Leg], memo: str = "") -> Posted:
    """Post an entry, once for each (kind, ref): the same again gets the first one.

    legs: zero amounts are left out. Accounts are opened as they are needed; locks as in locks.py. Raises
    InsufficientFunds if a guarded account would go below zero, and LedgerRefReused if (kind, ref) was posted
    with other legs.
    """
    moving = [leg for leg in legs if leg.amount_minor]
    _check(moving)
    if not moving:
        return Posted(None, is_new=False)
    entry_id = new_id()
    entry = {"id": entry_id, "kind": kind, "ref": ref, "memo": memo, "posted_at": tx.now}
    if not insert_if_absent(tx, ledger_entry, entry):
        return Posted(_same_entry(tx, kind=kind, ref=ref, currency=currency, legs=moving), is_new=False)
    codes = {code for leg in moving for code in (leg.debit, leg.credit)}
    accounts = open_accounts(tx, codes=codes, currency=currency)
    _move_balances(tx, accounts, _changes(moving))
    rows = [
        {
            "entry_id": entry_id,
            "position": position,
            "debit_account_id": accounts[leg.debit].id,
            "credit_account_id": accounts[leg.credit].id,
            "currency": currency,
            "amount_minor": leg.amount_minor,
        }
        for position, leg in enumerate(moving)
    ]
    tx.insert(ledger_posting, rows)
    return Posted(entry_id, is_new=True)


def _check(legs: Sequence[Leg]) -> None:
    for leg in legs:
        if leg.amount_minor < 0:
            raise ValueError("a leg that goes backwards is a leg between the other accounts")
        if leg.debit == leg.credit:
            raise ValueError(f"a leg from {leg.debit} to itself")


def _changes(legs: Sequence[Leg]) -> dict[str, int]:
    """By how much each account grows."""
    changes: dict[str, int] = {}
    for leg in legs:
        for code, debit, credit in ((leg.debit, leg.amount_minor, 0), (leg.credit, 0, leg.amount_minor)):
            changes[code] = changes.get(code, 0) + signed(code, debit_minor=debit, credit_minor=credit)
    return changes


def _move_balances(tx: Tx, accounts: Mapping[str, Account], changes: Mapping[str, int]) -> None:
    guarded = [account for account in accounts.values() if account.balance_minor is not None]
    for account in sorted(guarded, key=lambda one: one.id):
        change = changes[account.code]
        if change and not tx.changed(_MOVE, account_id=account.id, change=change):
            raise InsufficientFunds(account.code)


_balance = ledger_account.c.balance_minor + sa.bindparam("change")
_MOVE = Prepared(
    sa.update(ledger_account)
    .where(ledger_account.c.id == sa.bindparam("account_id"), _balance >= 0)
    .values(balance_minor=_balance)
)


def _same_entry(tx: Tx, *, kind: str, ref: str, currency: str, legs: Sequence[Leg]) -> int:
    debit, credit = ledger_account.alias("debit"), ledger_account.alias("credit")
    posted = tx.execute(
        sa.select(
            ledger_entry.c.id,
            debit.c.code,
            credit.c.code,
            ledger_posting.c.amount_minor,
            ledger_posting.c.currency,
        )
        .join(ledger_posting, ledger_posting.c.entry_id == ledger_entry.c.id)
        .join(debit, debit.c.id == ledger_posting.c.debit_account_id)
        .join(credit, credit.c.id == ledger_posting.c.credit_account_id)
        .where(ledger_entry.c.kind == kind, ledger_entry.c.ref == ref)
        .order_by(ledger_posting.c.position)
    ).all()
    if [tuple(row[1:]) for row in posted] != [(leg.debit, leg.credit, leg.amount_minor, currency) for leg in legs]:
        raise LedgerRefReused(f"{kind} {ref} was posted with other legs")
    return int(posted[0][0])
