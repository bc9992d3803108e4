"""The whole ledger as Beancount text, so that somebody else's program can check our books.

https://beancount.github.io/docs/beancount_language_syntax.html
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from babel.numbers import get_currency_precision

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import GROWS_BY_DEBIT, AccountKind
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting

_ROOTS: dict[AccountKind, str] = {
    "asset": "Assets",
    "liability": "Liabilities",
    "income": "Income",
    "expense": "Expenses",
}


def beancount_lines(tx: Tx) -> list[str]:
    """Return the ledger as lines: every account, every entry, and at the end the kept balances as assertions."""
    return [*_opened(tx), "", *_entries(tx), *_balances(tx)]


def beancount_account(code: str, kind: AccountKind) -> str:
    """Return the name of an account in Beancount: `Liabilities:Shop-Available:12`."""
    # A component begins with a capital or a digit, and holds letters, digits and hyphens only.
    parts = ("-".join(word[:1].upper() + word[1:] for word in part.split("_")) for part in code.split(":"))
    return ":".join([_ROOTS[kind], *parts])


def _opened(tx: Tx) -> Iterator[str]:
    account = ledger_account.c
    first = sa.func.min(account.opened_at, type_=account.opened_at.type)
    rows = tx.execute(
        sa.select(account.code, account.kind, first).group_by(account.code, account.kind).order_by(account.code)
    ).tuples()
    for code, kind, opened_at in rows:
        yield f"{opened_at.date()} open {beancount_account(code, kind)}"


def _entries(tx: Tx) -> Iterator[str]:
    debit, credit = ledger_account.alias("debit"), ledger_account.alias("credit")
    rows = tx.execute(
        sa.select(
            ledger_entry.c.id,
            ledger_entry.c.kind,
            ledger_entry.c.ref,
            ledger_entry.c.posted_at,
            ledger_posting.c.currency,
            ledger_posting.c.amount_minor,
            debit.c.code.label("debit_code"),
            debit.c.kind.label("debit_kind"),
            credit.c.code.label("credit_code"),
            credit.c.kind.label("credit_kind"),
        )
        .join(ledger_posting, ledger_posting.c.entry_id == ledger_entry.c.id)
        .join(debit, debit.c.id == ledger_posting.c.debit_account_id)
        .join(credit, credit.c.id == ledger_posting.c.credit_account_id)
        .order_by(ledger_entry.c.posted_at, ledger_entry.c.id, ledger_posting.c.position)
    )
    current = None
    for row in rows:
        if row.id != current:
            current = row.id
            yield f'{row.posted_at.date()} * "{_quoted(row.kind)}" "{_quoted(row.ref)}"'
        amount = _amount(row.amount_minor, row.currency)
        yield f"  {beancount_account(row.debit_code, row.debit_kind)}  {amount}"
        yield f"  {beancount_account(row.credit_code, row.credit_kind)}  -{amount}"


def _balances(tx: Tx) -> Iterator[str]:
    account = ledger_account.c
    last = tx.scalar(sa.select(sa.func.max(ledger_entry.c.posted_at, type_=ledger_entry.c.posted_at.type)))
    if last is None:
        return
    # Beancount compares at the beginning of a day.
    day: date = last.date() + timedelta(days=1)
    kept = sa.select(account.code, account.kind, account.currency, account.balance_minor)
    for row in tx.execute(kept.where(account.balance_minor.is_not(None)).order_by(account.code, account.currency)):
        sign = 1 if row.kind in GROWS_BY_DEBIT else -1
        number, currency = _amount(sign * row.balance_minor, row.currency).split()
        # Without its own tolerance Beancount lets a fen pass.
        yield f"{day} balance {beancount_account(row.code, row.kind)}  {number} ~ 0 {currency}"


def _amount(amount_minor: int, currency: str) -> str:
    return f"{Decimal(amount_minor).scaleb(-get_currency_precision(currency)):f} {currency}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
