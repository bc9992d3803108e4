"""What came into an account and went out of it, with the balance after each."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import Position, cut_page, decode_cursor
from miaohui.money.ledger.accounts import GROWS_BY_DEBIT, class_of
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as one account sees it. amount_minor: positive where the account grew. kind, ref: what happened."""

    entry_id: Id
    kind: str
    ref: str
    memo: str
    amount_minor: int
    balance_minor: int
    posted_at: datetime


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an account's statement, newest first. cursor: for the next one; null at the end."""

    items: list[StatementLine]
    cursor: str | None


def read_statement(tx: Tx, *, code: str, currency: str, cursor: str | None, limit: int) -> Statement:
    """Return a page of an account's statement; whoever calls has made sure that the reader may. Raises InvalidCursor."""
    found = statement_lines(tx, code=code, currency=currency, after=decode_cursor(cursor), limit=limit + 1)
    items, following = cut_page(found, limit=limit, position=lambda line: (line.posted_at, int(line.entry_id)))
    return Statement(items=items, cursor=following)


def statement_lines(tx: Tx, *, code: str, currency: str, after: Position | None, limit: int) -> list[StatementLine]:
    """Return an account's entries, newest first; one entry is one line, however many postings it has."""
    account_id = tx.scalar(
        sa.select(ledger_account.c.id).where(ledger_account.c.code == code, ledger_account.c.currency == currency)
    )
    if account_id is None:
        return []
    net = _net_of_entries(account_id, grows_by_debit=class_of(code).kind in GROWS_BY_DEBIT)
    place = (ledger_entry.c.posted_at, ledger_entry.c.id)
    lines = (
        sa.select(
            ledger_entry.c.id.label("entry_id"),
            ledger_entry.c.kind,
            ledger_entry.c.ref,
            ledger_entry.c.memo,
            net.c.amount_minor,
            sa.func.sum(net.c.amount_minor).over(order_by=place).label("balance_minor"),
            ledger_entry.c.posted_at,
        )
        .join(net, net.c.entry_id == ledger_entry.c.id)
        # A balance of all that came before needs all of it, so the page is cut from the outside.
        .subquery("line")
    )
    shown = sa.select(lines).order_by(lines.c.posted_at.desc(), lines.c.entry_id.desc()).limit(limit)
    if after is not None:
        last = (sa.literal(value, column.type) for value, column in zip(after, place, strict=True))
        shown = shown.where(sa.tuple_(lines.c.posted_at, lines.c.entry_id) < sa.tuple_(*last))
    return [
        StatementLine(
            entry_id=format_id(row.entry_id),
            kind=row.kind,
            ref=row.ref,
            memo=row.memo,
            amount_minor=int(row.amount_minor),
            balance_minor=int(row.balance_minor),
            posted_at=row.posted_at,
        )
        for row in tx.execute(shown)
    ]


def _net_of_entries(account_id: int, *, grows_by_debit: bool) -> sa.Subquery:
    """Select by how much each entry made an account grow; entries that only passed through it are left out."""
    posting = ledger_posting.c
    sign = 1 if grows_by_debit else -1
    debits = sa.select(posting.entry_id, (sign * posting.amount_minor).label("amount_minor")).where(
        posting.debit_account_id == account_id
    )
    credits = sa.select(posting.entry_id, -sign * posting.amount_minor).where(posting.credit_account_id == account_id)
    both = sa.union_all(debits, credits).subquery("posted")
    total = sa.func.sum(both.c.amount_minor)
    return (
        sa.select(both.c.entry_id, total.label("amount_minor"))
        .group_by(both.c.entry_id)
        .having(total != 0)
        .subquery("net")
    )
