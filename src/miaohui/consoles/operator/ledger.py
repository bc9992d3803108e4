"""The ledger, opened to operators alone."""

from miaohui.commerce.merchants.access import access_operator
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.money.ledger.accounts import CLASSES
from miaohui.money.ledger.books import Books, Entries, Entry, read_books, read_entries, read_entry
from miaohui.money.ledger.statements import Statement, read_statement


def ledger_accounts(tx: Tx, *, by_id: int, currency: str) -> Books:
    """Return what each class of accounts holds. Raises Forbidden."""
    access_operator(tx, by_id)
    return read_books(tx, currency=currency)


def ledger_statement(tx: Tx, *, by_id: int, code: str, currency: str, cursor: str | None, limit: int) -> Statement:
    """Return a page of an account's statement. Raises Forbidden, NotFound, InvalidCursor."""
    access_operator(tx, by_id)
    if code.partition(":")[0] not in CLASSES:
        raise NotFound
    return read_statement(tx, code=code, currency=currency, cursor=cursor, limit=limit)


def ledger_entries(tx: Tx, *, by_id: int, kind: str | None, ref: str | None, cursor: str | None, limit: int) -> Entries:
    """Return a page of entries. Raises Forbidden, InvalidCursor."""
    access_operator(tx, by_id)
    return read_entries(tx, kind=kind, ref=ref, cursor=cursor, limit=limit)


def ledger_entry_of(tx: Tx, *, by_id: int, entry_id: int) -> Entry:
    """Return one entry. Raises Forbidden, NotFound."""
    access_operator(tx, by_id)
    found = read_entry(tx, entry_id=entry_id)
    if found is None:
        raise NotFound
    return found
