"""The whole ledger as an operator reads it: what each kind of account holds, and what was posted."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import Position, cut_page, decode_cursor
from miaohui.money.ledger.accounts import CLASSES, GROWS_BY_DEBIT, AccountKind
from miaohui.money.ledger.queries import balances_like
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting


class ClassSum(msgspec.Struct, frozen=True, kw_only=True):
    """All accounts with the same first word. balance_minor: on the side on which they grow."""

    word: str
    kind: AccountKind
    accounts: int
    balance_minor: int


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """What the books hold in one currency.

    difference_minor: assets and expenses less liabilities and income; anything but 0 is a fault of ours.
    """

    currency: str
    classes: list[ClassSum]
    difference_minor: int


class AccountBalance(msgspec.Struct, frozen=True, kw_only=True):
    """An account and what it holds."""

    code: str
    balance_minor: int


class EntryLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One posting: from the account that is credited to the one that is debited."""

    debit: str
    credit: str
    amount_minor: int
    currency: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What was posted at once, and why."""

    id: Id
    kind: str
    ref: str
    memo: str
    posted_at: datetime
    legs: list[EntryLeg]


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """A page of entries, newest first. cursor: for the next one; null at the end."""

    items: list[Entry]
    cursor: str | None


def read_books(tx: Tx, *, currency: str) -> Books:
    """Return what each class of accounts holds. Reads whole tables."""
    classes = [_sum_of(tx, word, currency) for word in CLASSES]
    signed = (one.balance_minor if one.kind in GROWS_BY_DEBIT else -one.balance_minor for one in classes)
    return Books(currency=currency, classes=classes, difference_minor=sum(signed))


def currencies(tx: Tx) -> list[str]:
    """Return the currencies in which there are accounts."""
    return list(tx.scalars(sa.select(ledger_account.c.currency).distinct().order_by(ledger_account.c.currency)))


def largest_accounts(tx: Tx, *, word: str, currency: str, limit: int) -> list[AccountBalance]:
    """Return the accounts of a class that hold something, those that hold most in front."""
    if not CLASSES[word].guarded:
        held = balances_like(tx, prefix=word, currency=currency)
        of_word = {code: balance for code, balance in held.items() if code.partition(":")[0] == word and balance}
        largest = sorted(of_word.items(), key=lambda one: -abs(one[1]))
        return [AccountBalance(code=code, balance_minor=balance) for code, balance in largest[:limit]]
    columns = (ledger_account.c.code, ledger_account.c.balance_minor)
    holding = sa.select(*columns).where(_of_class(word, currency), ledger_account.c.balance_minor > 0)
    return tx.all(holding.order_by(ledger_account.c.balance_minor.desc()).limit(limit), AccountBalance)


def read_entries(tx: Tx, *, kind: str | None, ref: str | None, cursor: str | None, limit: int) -> Entries:
    """Return a page of entries, of one kind or about one thing if wanted. Raises InvalidCursor."""
    wanted = sa.select(*_entry_columns())
    if kind is not None:
        wanted = wanted.where(ledger_entry.c.kind == kind)
    if ref is not None:
        wanted = wanted.where(ledger_entry.c.ref == ref)
    place = (ledger_entry.c.posted_at, ledger_entry.c.id)
    if (after := decode_cursor(cursor)) is not None:
        wanted = wanted.where(sa.tuple_(*place) < _literal(after))
    rows = tx.execute(wanted.order_by(*(column.desc() for column in place)).limit(limit + 1)).all()
    shown, following = cut_page(rows, limit=limit, position=lambda row: (row.posted_at, row.id))
    legs = _legs(tx, [row.id for row in shown])
    return Entries(items=[_entry(row, legs.get(row.id, [])) for row in shown], cursor=following)


def read_entry(tx: Tx, *, entry_id: int) -> Entry | None:
    """Return one entry with its postings."""
    row = tx.execute(sa.select(*_entry_columns()).where(ledger_entry.c.id == entry_id)).one_or_none()
    return None if row is None else _entry(row, _legs(tx, [entry_id]).get(entry_id, []))


def _sum_of(tx: Tx, word: str, currency: str) -> ClassSum:
    known = CLASSES[word]
    here = _of_class(word, currency)
    if known.guarded:
        total = sa.func.coalesce(sa.func.sum(ledger_account.c.balance_minor), 0)
        accounts, balance = tx.execute(sa.select(sa.func.count(), total).where(here)).one()
    else:
        accounts = tx.scalar(sa.select(sa.func.count()).select_from(ledger_account).where(here))
        held = balances_like(tx, prefix=word, currency=currency)
        balance = sum(amount for code, amount in held.items() if code.partition(":")[0] == word)
    return ClassSum(word=word, kind=known.kind, accounts=int(accounts), balance_minor=int(balance))


def _of_class(word: str, currency: str) -> sa.ColumnElement[bool]:
    named = sa.or_(ledger_account.c.code == word, ledger_account.c.code.startswith(f"{word}:", autoescape=True))
    return sa.and_(named, ledger_account.c.currency == currency)


def _entry_columns() -> list[sa.Column[str]]:
    return [ledger_entry.c[name] for name in ("id", "kind", "ref", "memo", "posted_at")]


def _entry(row: sa.Row[tuple[str]], legs: list[EntryLeg]) -> Entry:
    named = row._asdict()
    return Entry(**{**named, "id": format_id(named["id"])}, legs=legs)


def _legs(tx: Tx, entry_ids: list[int]) -> dict[int, list[EntryLeg]]:
    debited, credited = ledger_account.alias(), ledger_account.alias()
    posting = ledger_posting.c
    rows = tx.execute(
        sa.select(posting.entry_id, debited.c.code, credited.c.code, posting.amount_minor, posting.currency)
        .join(debited, debited.c.id == posting.debit_account_id)
        .join(credited, credited.c.id == posting.credit_account_id)
        .where(posting.entry_id.in_(entry_ids))
        .order_by(posting.entry_id, posting.position)
    ).tuples()
    found: dict[int, list[EntryLeg]] = {}
    for entry_id, debit, credit, amount, currency in rows:
        leg = EntryLeg(debit=debit, credit=credit, amount_minor=amount, currency=currency)
        found.setdefault(entry_id, []).append(leg)
    return found


def _literal(place: Position) -> sa.Tuple:
    columns = (ledger_entry.c.posted_at, ledger_entry.c.id)
    return sa.tuple_(*(sa.literal(value, column.type) for column, value in zip(columns, place, strict=True)))
