"""What must always hold for the ledger."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.audits import audit
from miaohui.money.ledger.accounts import CLASSES, GROWS_BY_DEBIT
from miaohui.money.ledger.tables import ledger_account, ledger_entry, ledger_posting

_account, _entry, _posting = ledger_account.c, ledger_entry.c, ledger_posting.c


def movements() -> sa.Subquery:
    """Select both sides of every posting: account_id, currency, entry_id, debit_minor, credit_minor."""
    nothing = sa.literal(0, sa.BigInteger)
    debits = sa.select(
        _posting.debit_account_id.label("account_id"),
        _posting.currency,
        _posting.entry_id,
        _posting.amount_minor.label("debit_minor"),
        nothing.label("credit_minor"),
    )
    credits = sa.select(
        _posting.credit_account_id, _posting.currency, _posting.entry_id, nothing, _posting.amount_minor
    )
    return sa.union_all(debits, credits).subquery("movement")


def account_sums() -> sa.Subquery:
    """Select what all postings make of every account: account_id, balance_minor, on the side on which it grows."""
    moved = movements()
    grown = sa.func.sum(moved.c.debit_minor - moved.c.credit_minor)
    balance = sa.case((_account.kind.in_(GROWS_BY_DEBIT), grown), else_=-grown)
    return (
        sa.select(_account.id.label("account_id"), _account.code, _account.currency, balance.label("balance_minor"))
        .join(moved, moved.c.account_id == _account.id)
        .group_by(_account.id, _account.code, _account.currency, _account.kind)
        .subquery("account_sum")
    )


@audit("ledger.entries_balance", "In every entry debits and credits are equal, in each currency (invariant 1).")
def entries_balance(dialect: str) -> sa.Select[Any]:
    """Compare both sides of each entry, and look for entries that move nothing."""
    moved = movements()
    difference = sa.func.coalesce(sa.func.sum(moved.c.debit_minor - moved.c.credit_minor), 0)
    return (
        sa.select(_entry.id, _entry.kind, _entry.ref, moved.c.currency, difference.label("difference_minor"))
        .outerjoin(moved, moved.c.entry_id == _entry.id)
        .group_by(_entry.id, _entry.kind, _entry.ref, moved.c.currency)
        .having(sa.or_(difference != 0, sa.func.count(moved.c.entry_id) == 0))
    )


@audit("ledger.all_accounts_sum_to_zero", "All balances of a currency, as they are kept, sum to zero (invariant 2).")
def all_accounts_sum_to_zero(dialect: str) -> sa.Select[Any]:
    """Sum kept balances where there are some and postings elsewhere."""
    sums = account_sums()
    balance = sa.func.coalesce(_account.balance_minor, sums.c.balance_minor, 0)
    signed = sa.case((_account.kind.in_(GROWS_BY_DEBIT), balance), else_=-balance)
    total = sa.func.sum(signed)
    return (
        sa.select(_account.currency, total.label("sum_minor"))
        .outerjoin(sums, sums.c.account_id == _account.id)
        .group_by(_account.currency)
        .having(total != 0)
    )


@audit("ledger.balances_match_postings", "Every kept balance is the sum of the account's postings.")
def balances_match_postings(dialect: str) -> sa.Select[Any]:
    """Compare guarded accounts with their postings."""
    sums = account_sums()
    posted = sa.func.coalesce(sums.c.balance_minor, 0)
    return (
        sa.select(_account.code, _account.currency, _account.balance_minor, posted.label("posted_minor"))
        .outerjoin(sums, sums.c.account_id == _account.id)
        .where(_account.balance_minor.is_not(None), _account.balance_minor != posted)
    )


@audit(
    "ledger.guarded_never_below_zero",
    "No guarded account is below zero: escrow, deposit, what people may draw (3, 19).",
)
def guarded_never_below_zero(dialect: str) -> sa.Select[Any]:
    """Look at kept balances; the check constraint says the same."""
    return sa.select(_account.code, _account.currency, _account.balance_minor).where(_account.balance_minor < 0)


@audit(
    "ledger.accounts_have_their_class", "Every account has the kind of its name, and a balance if its kind keeps one."
)
def accounts_have_their_class(dialect: str) -> sa.Select[Any]:
    """Compare stored accounts with the table of classes."""
    right = [
        sa.and_(
            sa.or_(_account.code == word, _account.code.startswith(f"{word}:", autoescape=True)),
            _account.kind == known.kind,
            _account.balance_minor.is_not(None) if known.guarded else _account.balance_minor.is_(None),
        )
        for word, known in CLASSES.items()
    ]
    return sa.select(_account.code, _account.currency, _account.kind).where(sa.not_(sa.or_(*right)))


@audit("ledger.payables_not_negative", "Nothing was paid out that was not owed: refunds, late receipts, withdrawals.")
def payables_not_negative(dialect: str) -> sa.Select[Any]:
    """Look at liabilities without a kept balance, except the insurance pool, which may run dry."""
    sums = account_sums()
    owed = sums.c.code.in_(["refund_payable", "unapplied_receipts"])
    return sa.select(sums.c.code, sums.c.currency, sums.c.balance_minor).where(owed, sums.c.balance_minor < 0)
