"""Accounts and postings. Each posting has one source and one destination, so every entry balances by its form."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

ledger_account = sa.Table(
    "ledger_account",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # `escrow:7301`, `shop_available:12`, `psp:sandbox`; accounts.py knows the kinds.
    sa.Column("code", sa.String(80), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("kind", sa.String(9), nullable=False),
    # Kept up with every posting, and never below zero. Accounts that all payments share have none, since a
    # row that everybody updates would make everybody wait; theirs is the sum of their postings.
    sa.Column("balance_minor", sa.BigInteger),
    sa.Column("opened_at", Timestamp, nullable=False),
    sa.UniqueConstraint("code", "currency"),
    sa.UniqueConstraint("id", "currency"),
    sa.CheckConstraint("kind IN ('asset', 'liability', 'income', 'expense')", name="kind_known"),
    sa.CheckConstraint("balance_minor >= 0", name="never_below_zero"),
)

ledger_entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # What happened, and to what: the same pair is posted once, however often it is said.
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("ref", sa.String(80), nullable=False),
    sa.Column("memo", sa.String(200), nullable=False),
    sa.Column("posted_at", Timestamp, nullable=False),
    sa.UniqueConstraint("kind", "ref"),
)
sa.Index("ix_ledger_entry_posted_at", ledger_entry.c.posted_at)

ledger_posting = sa.Table(
    "ledger_posting",
    metadata,
    sa.Column("entry_id", sa.BigInteger, sa.ForeignKey("ledger_entry.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("debit_account_id", sa.BigInteger, nullable=False),
    sa.Column("credit_account_id", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    # With the currency in the key, no posting can join accounts of two currencies.
    sa.ForeignKeyConstraint(
        ["debit_account_id", "currency"], ["ledger_account.id", "ledger_account.currency"], name="debit_account"
    ),
    sa.ForeignKeyConstraint(
        ["credit_account_id", "currency"], ["ledger_account.id", "ledger_account.currency"], name="credit_account"
    ),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
    sa.CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
)
sa.Index("ix_ledger_posting_debit", ledger_posting.c.debit_account_id)
sa.Index("ix_ledger_posting_credit", ledger_posting.c.credit_account_id)


def _make_append_only(table: sa.Table) -> None:
    """Let the database itself refuse to change or remove what was posted; the migration says the same."""
    for verb in ("UPDATE", "DELETE"):
        refusal = sa.DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        sa.event.listen(table, "after_create", refusal.execute_if(dialect="sqlite"))


_make_append_only(ledger_entry)
_make_append_only(ledger_posting)
