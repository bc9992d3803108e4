"""What the ledger locks, and in which order.

1. the entry, by its kind and reference: who says the same thing again waits here, and then gets the first
2. accounts that have to be opened, in the order of their codes
3. balances of guarded accounts, in the order of the accounts' ids

So two entries never wait for each other, however many accounts they share. Whoever posts several entries in one
transaction, or looks at a balance before deciding, first calls `lock_accounts` with all accounts of the transaction.
"""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx, insert_if_absent
from miaohui.kit.ids import new_id
from miaohui.money.ledger.accounts import class_of
from miaohui.money.ledger.tables import ledger_account


class Account(msgspec.Struct, frozen=True):
    """An open account. balance_minor: None where none is kept."""

    id: int
    code: str
    balance_minor: int | None


def open_accounts(tx: Tx, *, codes: Iterable[str], currency: str) -> dict[str, Account]:
    """Return these accounts by code, opening those that are not there yet."""
    wanted = sorted(set(codes))
    found = _accounts(tx, wanted, currency)
    missing = [code for code in wanted if code not in found]
    for code in missing:
        known = class_of(code)
        row = {
            "id": new_id(),
            "code": code,
            "currency": currency,
            "kind": known.kind,
            "balance_minor": 0 if known.guarded else None,
            "opened_at": tx.now,
        }
        insert_if_absent(tx, ledger_account, row)
    return _accounts(tx, wanted, currency) if missing else found


def lock_accounts(tx: Tx, *, codes: Iterable[str], currency: str) -> dict[str, int]:
    """Hold the balances of these guarded accounts until the end of the transaction, and return them by code.

    An account that was never opened holds 0, and nobody is kept from opening it.
    """
    guarded = [code for code in codes if class_of(code).guarded]
    held = tx.rows(_LOCK, codes=guarded, currency=currency) if guarded else ()
    return dict.fromkeys(guarded, 0) | dict(held)


def _accounts(tx: Tx, codes: list[str], currency: str) -> dict[str, Account]:
    return {account.code: account for account in tx.all(_ACCOUNTS, Account, codes=codes, currency=currency)}


_these = sa.and_(
    ledger_account.c.code.in_(sa.bindparam("codes", expanding=True)),
    ledger_account.c.currency == sa.bindparam("currency"),
)
_LOCK = Prepared(
    sa.select(ledger_account.c.code, ledger_account.c.balance_minor)
    .where(_these)
    .order_by(ledger_account.c.id)
    .with_for_update(key_share=True)
)
_ACCOUNTS = Prepared(sa.select(*(ledger_account.c[name] for name in Account.__struct_fields__)).where(_these))
