"""The closed loop: money, shops and goods, orders, parcels, and what is owed after the sale."""

import sqlalchemy as sa
from alembic import op

revision = "12bfc589ea2a"
down_revision = "597c7b77f014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_result",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("violations", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_result")),
    )
    op.create_table(
        "bill_run",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_run")),
        sa.UniqueConstraint("provider", "day", name=op.f("uq_bill_run_provider_day")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("fee_bp", sa.Integer(), nullable=False),
        sa.Column("return_days", sa.Integer(), nullable=False),
        sa.Column("qualifications", sa.Text(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("fee_bp BETWEEN 0 AND 10000", name=op.f("ck_category_fee_is_a_share")),
        sa.CheckConstraint("return_days >= 0", name=op.f("ck_category_return_days_not_negative")),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('asset', 'liability', 'income', 'expense')", name=op.f("ck_ledger_account_kind_known")
        ),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_ledger_account_never_below_zero")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", "currency", name=op.f("uq_ledger_account_code_currency")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_ledger_account_id_currency")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_ledger_entry_kind_ref")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_posted_at", ["posted_at"], unique=False)

    op.create_table(
        "offer_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=8), nullable=True),
        sa.Column("to_state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_move")),
    )
    with op.batch_alter_table("offer_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_move_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "provider_notice",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("notice_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("out_no", sa.String(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_notice")),
        sa.UniqueConstraint("provider", "notice_key", name=op.f("uq_provider_notice_provider_notice_key")),
    )
    op.create_table(
        "return_count",
        sa.Column("category_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.CheckConstraint("sent >= 0 AND returned >= 0", name=op.f("ck_return_count_not_negative")),
        sa.PrimaryKeyConstraint("category_id", "shop_id", "month", name=op.f("pk_return_count")),
    )
    op.create_table(
        "sandbox_payment",
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("times_paid", sa.Integer(), nullable=False),
        sa.Column("notify_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'paid', 'failed', 'closed')", name=op.f("ck_sandbox_payment_state_known")
        ),
        sa.PrimaryKeyConstraint("out_trade_no", name=op.f("pk_sandbox_payment")),
    )
    op.create_table(
        "sandbox_refund",
        sa.Column("out_refund_no", sa.String(length=32), nullable=False),
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("out_refund_no", name=op.f("pk_sandbox_refund")),
    )
    with op.batch_alter_table("sandbox_refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sandbox_refund_out_trade_no"), ["out_trade_no"], unique=False)

    op.create_table(
        "sandbox_transfer",
        sa.Column("out_no", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("bank_account", sa.String(length=80), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("out_no", name=op.f("pk_sandbox_transfer")),
    )
    op.create_table(
        "settlement_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_move")),
    )
    with op.batch_alter_table("settlement_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_move_order_line_id"), ["order_line_id"], unique=False)

    op.create_table(
        "address",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("division_code", sa.String(length=9), nullable=True),
        sa.Column("province", sa.String(length=60), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=12), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_address_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "uq_address_default",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("is_default AND removed_at IS NULL"),
            postgresql_where=sa.text("is_default AND removed_at IS NULL"),
        )

    op.create_table(
        "advance",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("aftersale_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("recovered_minor", sa.BigInteger(), nullable=False),
        sa.Column("written_off_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('opened', 'approved', 'paid', 'recovering', 'part_recovered', 'recovered', 'written_off')",
            name=op.f("ck_advance_state_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_advance_positive")),
        sa.CheckConstraint(
            "recovered_minor >= 0 AND written_off_minor >= 0 AND recovered_minor + written_off_minor <= amount_minor",
            name=op.f("ck_advance_recovered_within"),
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_advance_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advance")),
        sa.UniqueConstraint("ref", name=op.f("uq_advance_ref")),
    )
    with op.batch_alter_table("advance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advance_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "bill_difference",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("out_no", sa.String(length=32), nullable=False),
        sa.Column("ours_minor", sa.BigInteger(), nullable=True),
        sa.Column("theirs_minor", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('missing_here', 'missing_there', 'amount')", name=op.f("ck_bill_difference_kind_known")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_bill_difference_state_known")),
        sa.ForeignKeyConstraint(["run_id"], ["bill_run.id"], name=op.f("fk_bill_difference_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_difference")),
    )
    with op.batch_alter_table("bill_difference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bill_difference_run_id"), ["run_id"], unique=False)

    op.create_table(
        "bill_line",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("out_no", sa.String(length=32), nullable=False),
        sa.Column("provider_no", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('payment', 'refund')", name=op.f("ck_bill_line_kind_known")),
        sa.ForeignKeyConstraint(["run_id"], ["bill_run.id"], name=op.f("fk_bill_line_run_id")),
        sa.PrimaryKeyConstraint("run_id", "kind", "out_no", name=op.f("pk_bill_line")),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledger_posting_positive")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_ledger_posting_two_accounts")),
        sa.ForeignKeyConstraint(
            ["credit_account_id", "currency"], ["ledger_account.id", "ledger_account.currency"], name="credit_account"
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id", "currency"], ["ledger_account.id", "ledger_account.currency"], name="debit_account"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_posting_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_ledger_posting")),
    )
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_posting_credit", ["credit_account_id"], unique=False)
        batch_op.create_index("ix_ledger_posting_debit", ["debit_account_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("payer_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("provider_txn_no", sa.String(length=80), nullable=True),
        sa.Column("description", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("handover", sa.Text(), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('succeeded', 'late', 'duplicate')) = (paid_at IS NOT NULL)",
            name=op.f("ck_payment_paid_is_dated"),
        ),
        sa.CheckConstraint("purpose IN ('trade', 'deposit', 'topup')", name=op.f("ck_payment_purpose_known")),
        sa.CheckConstraint(
            "state IN ('created', 'pending', 'succeeded', 'failed', 'closed', 'late', 'duplicate')",
            name=op.f("ck_payment_state_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_positive")),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= amount_minor", name=op.f("ck_payment_refunds_within")
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["account.id"], name=op.f("fk_payment_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("out_trade_no", name=op.f("uq_payment_out_trade_no")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_payer", ["payer_id", "id"], unique=False)
        batch_op.create_index("ix_payment_subject", ["subject_id"], unique=False)
        batch_op.create_index(
            "uq_payment_open_attempt",
            ["purpose", "subject_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('created', 'pending')"),
            postgresql_where=sa.text("state IN ('created', 'pending')"),
        )
        batch_op.create_index(
            "uq_payment_success",
            ["purpose", "subject_id"],
            unique=True,
            sqlite_where=sa.text("state = 'succeeded'"),
            postgresql_where=sa.text("state = 'succeeded'"),
        )

    op.create_table(
        "payout",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_code", sa.String(length=80), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("bank_account", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('requested', 'paid', 'failed')", name=op.f("ck_payout_state_known")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_positive")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_payout_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_account_code"), ["account_code"], unique=False)
        batch_op.create_index("ix_payout_requested_by", ["requested_by", "id"], unique=False)

    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quoted_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_quote_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "shop",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("intro", sa.String(length=300), nullable=False),
        sa.Column("avatar", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("deposit_required_minor", sa.BigInteger(), nullable=False),
        sa.Column("return_address", sa.Text(), nullable=True),
        sa.Column("insures_returns", sa.Boolean(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("probation_ends_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('company', 'individual')", name=op.f("ck_shop_kind_known")),
        sa.CheckConstraint(
            "state IN ('applied', 'review', 'rejected', 'probation', 'open', 'limited', 'closing', 'closed')",
            name=op.f("ck_shop_state_known"),
        ),
        sa.CheckConstraint("deposit_required_minor >= 0", name=op.f("ck_shop_deposit_not_negative")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_shop_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sa.UniqueConstraint("name", name=op.f("uq_shop_name")),
    )
    with op.batch_alter_table("shop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shop_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "advance_recovery",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("advance_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_advance_recovery_positive")),
        sa.ForeignKeyConstraint(["advance_id"], ["advance.id"], name=op.f("fk_advance_recovery_advance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advance_recovery")),
    )
    with op.batch_alter_table("advance_recovery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advance_recovery_advance_id"), ["advance_id"], unique=False)

    op.create_table(
        "coupon_template",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stacking", sa.String(length=8), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("shop_bp", sa.Integer(), nullable=False),
        sa.Column("platform_bp", sa.Integer(), nullable=False),
        sa.Column("ad_bp", sa.Integer(), nullable=False),
        sa.Column("ad_account", sa.String(length=80), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("per_person", sa.Integer(), nullable=False),
        sa.Column("claimable", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "stacking IN ('shop', 'platform', 'ad', 'freight')", name=op.f("ck_coupon_template_stacking_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'active', 'paused', 'ended')", name=op.f("ck_coupon_template_state_known")
        ),
        sa.CheckConstraint("ad_bp = 0 OR ad_account IS NOT NULL", name=op.f("ck_coupon_template_ad_has_an_account")),
        sa.CheckConstraint("granted BETWEEN 0 AND quota", name=op.f("ck_coupon_template_quota_is_kept")),
        sa.CheckConstraint("per_person > 0", name=op.f("ck_coupon_template_per_person_positive")),
        sa.CheckConstraint(
            "shop_bp >= 0 AND platform_bp >= 0 AND ad_bp >= 0 AND shop_bp + platform_bp + ad_bp = 10000",
            name=op.f("ck_coupon_template_all_is_borne"),
        ),
        sa.CheckConstraint("used BETWEEN 0 AND granted", name=op.f("ck_coupon_template_used_were_granted")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_coupon_template_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_template")),
    )
    with op.batch_alter_table("coupon_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_template_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "freight_template",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=6), nullable=False),
        sa.Column("free_from_minor", sa.BigInteger(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("mode IN ('weight', 'piece')", name=op.f("ck_freight_template_mode_known")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_freight_template_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freight_template")),
    )
    with op.batch_alter_table("freight_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_freight_template_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "payment_event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_event_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
    )
    with op.batch_alter_table("payment_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_event_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "payment_part",
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("account_code", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_part_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_part_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", "account_code", name=op.f("pk_payment_part")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("review_note", sa.String(length=300), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("min_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("max_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("cover", sa.String(length=80), nullable=True),
        sa.Column("freight_template_id", sa.BigInteger(), nullable=True),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("listed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'rejected', 'listed', 'delisted', 'removed')",
            name=op.f("ck_product_state_known"),
        ),
        sa.CheckConstraint(
            "min_price_minor >= 0 AND max_price_minor >= min_price_minor", name=op.f("ck_product_prices_ordered")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_product_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(
            "ix_product_category",
            ["category_id", "listed_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'listed'"),
            postgresql_where=sa.text("state = 'listed'"),
        )
        batch_op.create_index(
            "ix_product_listed",
            ["listed_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'listed'"),
            postgresql_where=sa.text("state = 'listed'"),
        )
        batch_op.create_index(
            "ix_product_price",
            ["min_price_minor", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'listed'"),
            postgresql_where=sa.text("state = 'listed'"),
        )
        batch_op.create_index(
            "ix_product_review",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'review'"),
            postgresql_where=sa.text("state = 'review'"),
        )
        batch_op.create_index("ix_product_shop", ["shop_id", "id"], unique=False)
        batch_op.create_index(
            "ix_product_sold",
            ["sold", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'listed'"),
            postgresql_where=sa.text("state = 'listed'"),
        )

    op.create_table(
        "promotion",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("shop_bp", sa.Integer(), nullable=False),
        sa.Column("platform_bp", sa.Integer(), nullable=False),
        sa.Column("ad_bp", sa.Integer(), nullable=False),
        sa.Column("ad_account", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('flash', 'item', 'threshold')", name=op.f("ck_promotion_kind_known")),
        sa.CheckConstraint("state IN ('draft', 'active', 'ended')", name=op.f("ck_promotion_state_known")),
        sa.CheckConstraint("ad_bp = 0 OR ad_account IS NOT NULL", name=op.f("ck_promotion_ad_has_an_account")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_promotion_ends_after_start")),
        sa.CheckConstraint(
            "shop_bp >= 0 AND platform_bp >= 0 AND ad_bp >= 0 AND shop_bp + platform_bp + ad_bp = 10000",
            name=op.f("ck_promotion_all_is_borne"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_promotion_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    with op.batch_alter_table("promotion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promotion_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("out_refund_no", sa.String(length=32), nullable=False),
        sa.Column("provider_refund_no", sa.String(length=80), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=True),
        sa.Column("paid_by", sa.String(length=8), nullable=True),
        sa.CheckConstraint("paid_by IN ('wallet', 'bank')", name=op.f("ck_refund_paid_by_known")),
        sa.CheckConstraint(
            "(state = 'succeeded') = (succeeded_at IS NOT NULL)", name=op.f("ck_refund_success_is_dated")
        ),
        sa.CheckConstraint(
            "state IN ('created', 'processing', 'succeeded', 'failed', 'abnormal')", name=op.f("ck_refund_state_known")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("out_refund_no", name=op.f("uq_refund_out_refund_no")),
        sa.UniqueConstraint("ref", name=op.f("uq_refund_ref")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "settlement_line",
        sa.Column("order_line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_subsidy_minor", sa.BigInteger(), nullable=False),
        sa.Column("ad_subsidy_minor", sa.BigInteger(), nullable=False),
        sa.Column("ad_account", sa.String(length=80), nullable=True),
        sa.Column("goods_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_bp", sa.Integer(), nullable=False),
        sa.Column("refunded_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_platform_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_ad_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("holds", sa.Integer(), nullable=False),
        sa.Column("settle_after", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("shop_minor", sa.BigInteger(), nullable=True),
        sa.Column("fee_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL)", name=op.f("ck_settlement_line_settled_is_dated")
        ),
        sa.CheckConstraint(
            "(state = 'settled') = (shop_minor IS NOT NULL)", name=op.f("ck_settlement_line_settled_is_shared")
        ),
        sa.CheckConstraint(
            "state IN ('in_escrow', 'settleable', 'settled', 'void')", name=op.f("ck_settlement_line_state_known")
        ),
        sa.CheckConstraint(
            "(shop_minor IS NULL) = (fee_minor IS NULL)", name=op.f("ck_settlement_line_shared_as_a_whole")
        ),
        sa.CheckConstraint(
            "ad_subsidy_minor = 0 OR ad_account IS NOT NULL", name=op.f("ck_settlement_line_ad_has_an_account")
        ),
        sa.CheckConstraint(
            "goods_minor BETWEEN 0 AND paid_minor + platform_subsidy_minor + ad_subsidy_minor",
            name=op.f("ck_settlement_line_goods_within"),
        ),
        sa.CheckConstraint("holds >= 0", name=op.f("ck_settlement_line_holds_not_negative")),
        sa.CheckConstraint(
            "paid_minor >= 0 AND platform_subsidy_minor >= 0 AND ad_subsidy_minor >= 0",
            name=op.f("ck_settlement_line_not_negative"),
        ),
        sa.CheckConstraint(
            "refunded_ad_minor BETWEEN 0 AND ad_subsidy_minor", name=op.f("ck_settlement_line_refunds_within_ad")
        ),
        sa.CheckConstraint(
            "refunded_paid_minor BETWEEN 0 AND paid_minor", name=op.f("ck_settlement_line_refunds_within_paid")
        ),
        sa.CheckConstraint(
            "refunded_platform_minor BETWEEN 0 AND platform_subsidy_minor",
            name=op.f("ck_settlement_line_refunds_within_platform"),
        ),
        sa.CheckConstraint("shop_minor >= 0 AND fee_minor >= 0", name=op.f("ck_settlement_line_shares_not_negative")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_settlement_line_payment_id")),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_settlement_line")),
    )
    with op.batch_alter_table("settlement_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_settlement_line_due",
            ["settle_after"],
            unique=False,
            sqlite_where=sa.text("state = 'settleable'"),
            postgresql_where=sa.text("state = 'settleable'"),
        )
        batch_op.create_index(batch_op.f("ix_settlement_line_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_settlement_line_shop", ["shop_id", "order_line_id"], unique=False)

    op.create_table(
        "shop_category",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('requested', 'granted', 'refused')", name=op.f("ck_shop_category_state_known")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_category_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "category_id", name=op.f("pk_shop_category")),
    )
    op.create_table(
        "shop_document",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_by", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('submitted', 'accepted', 'rejected')", name=op.f("ck_shop_document_state_known")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_document_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_document")),
    )
    with op.batch_alter_table("shop_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shop_document_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "shop_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_move_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_move")),
    )
    with op.batch_alter_table("shop_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shop_move_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "shop_staff",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'manager', 'goods', 'fulfilment', 'service', 'finance')",
            name=op.f("ck_shop_staff_role_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_shop_staff_account_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_staff_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "account_id", name=op.f("pk_shop_staff")),
    )
    with op.batch_alter_table("shop_staff", schema=None) as batch_op:
        batch_op.create_index("ix_shop_staff_account", ["account_id"], unique=False)

    op.create_table(
        "trade",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("pay_by", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_trade_paid_is_dated")),
        sa.CheckConstraint("state IN ('created', 'paid', 'closed')", name=op.f("ck_trade_state_known")),
        sa.CheckConstraint("payable_minor >= 0", name=op.f("ck_trade_not_negative")),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_trade_buyer_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_trade_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_trade_quote_id")),
    )
    with op.batch_alter_table("trade", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_buyer_id"), ["buyer_id"], unique=False)

    op.create_table(
        "commission_hop",
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_code", sa.String(length=80), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("kept_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kept_minor >= 0", name=op.f("ck_commission_hop_kept_not_negative")),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name=op.f("ck_commission_hop_rate_is_a_share")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["settlement_line.order_line_id"], name=op.f("fk_commission_hop_order_line_id")
        ),
        sa.PrimaryKeyConstraint("order_line_id", "position", name=op.f("pk_commission_hop")),
    )
    op.create_table(
        "commission_offer",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended')", name=op.f("ck_commission_offer_state_known")),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 5000", name=op.f("ck_commission_offer_rate_sane")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_commission_offer_product_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_commission_offer_shop_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_commission_offer")),
    )
    with op.batch_alter_table("commission_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commission_offer_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "coupon",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("trade_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('locked', 'used')) = (trade_id IS NOT NULL)", name=op.f("ck_coupon_taken_by_a_trade")
        ),
        sa.CheckConstraint(
            "state IN ('granted', 'locked', 'used', 'expired', 'revoked')", name=op.f("ck_coupon_state_known")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_coupon_owner_id")),
        sa.ForeignKeyConstraint(["template_id"], ["coupon_template.id"], name=op.f("fk_coupon_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("template_id", "owner_id", "number", name=op.f("uq_coupon_template_id_owner_id_number")),
    )
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coupon_expiry",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'granted'"),
            postgresql_where=sa.text("state = 'granted'"),
        )
        batch_op.create_index("ix_coupon_owner", ["owner_id", "state"], unique=False)
        batch_op.create_index("ix_coupon_trade", ["trade_id"], unique=False)

    op.create_table(
        "freight_zone",
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("delivers", sa.Boolean(), nullable=False),
        sa.Column("first_units", sa.Integer(), nullable=False),
        sa.Column("first_minor", sa.BigInteger(), nullable=False),
        sa.Column("next_units", sa.Integer(), nullable=False),
        sa.Column("next_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first_minor >= 0 AND next_minor >= 0", name=op.f("ck_freight_zone_prices_not_negative")),
        sa.CheckConstraint("first_units > 0 AND next_units > 0", name=op.f("ck_freight_zone_units_positive")),
        sa.ForeignKeyConstraint(["template_id"], ["freight_template.id"], name=op.f("fk_freight_zone_template_id")),
        sa.PrimaryKeyConstraint("template_id", "position", name=op.f("pk_freight_zone")),
    )
    op.create_table(
        "product_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_move_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_move")),
    )
    with op.batch_alter_table("product_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_move_product_id"), ["product_id"], unique=False)

    op.create_table(
        "product_picture",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_picture_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_picture")),
    )
    with op.batch_alter_table("product_picture", schema=None) as batch_op:
        batch_op.create_index("ix_product_picture_product", ["product_id", "position"], unique=False)

    op.create_table(
        "refund_event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refund_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_event_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_event")),
    )
    with op.batch_alter_table("refund_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_event_refund_id"), ["refund_id"], unique=False)

    op.create_table(
        "shop_order",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trade_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("goods_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("freight_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("insured", sa.Boolean(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("pay_by", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("ship_by", sa.BigInteger(), nullable=True),
        sa.Column("shipped_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("receive_by", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("close_reason", sa.String(length=30), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_shop_order_closed_is_dated")),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL)", name=op.f("ck_shop_order_completed_is_dated")
        ),
        sa.CheckConstraint(
            "state IN ('created', 'paid', 'part_shipped', 'shipped', 'completed', 'closed')",
            name=op.f("ck_shop_order_state_known"),
        ),
        sa.CheckConstraint(
            "payable_minor = goods_minor - discount_minor + freight_minor", name=op.f("ck_shop_order_sums_up")
        ),
        sa.CheckConstraint(
            "payable_minor >= 0 AND discount_minor >= 0 AND freight_minor >= 0", name=op.f("ck_shop_order_not_negative")
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_shop_order_buyer_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_order_shop_id")),
        sa.ForeignKeyConstraint(["trade_id"], ["trade.id"], name=op.f("fk_shop_order_trade_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
    )
    with op.batch_alter_table("shop_order", schema=None) as batch_op:
        batch_op.create_index("ix_shop_order_buyer", ["buyer_id", "id"], unique=False)
        batch_op.create_index("ix_shop_order_shop", ["shop_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shop_order_trade_id"), ["trade_id"], unique=False)

    op.create_table(
        "showcase_item",
        sa.Column("owner_kind", sa.String(length=6), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("owner_kind IN ('person', 'shop')", name=op.f("ck_showcase_item_owner_known")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_showcase_item_product_id")),
        sa.PrimaryKeyConstraint("owner_kind", "owner_id", "product_id", name=op.f("pk_showcase_item")),
    )
    with op.batch_alter_table("showcase_item", schema=None) as batch_op:
        batch_op.create_index("ix_showcase_item_product", ["product_id"], unique=False)

    op.create_table(
        "variant",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("options_key", sa.String(length=300), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("list_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("priced_at", sa.BigInteger(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('active', 'retired')", name=op.f("ck_variant_state_known")),
        sa.CheckConstraint("price_minor >= 0 AND weight_g >= 0", name=op.f("ck_variant_not_negative")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("product_id", "options_key", name=op.f("uq_variant_product_id_options_key")),
    )
    op.create_table(
        "video_product",
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_video_product_product_id")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_product_video_id")),
        sa.PrimaryKeyConstraint("video_id", "product_id", name=op.f("pk_video_product")),
    )
    with op.batch_alter_table("video_product", schema=None) as batch_op:
        batch_op.create_index("ix_video_product_product", ["product_id"], unique=False)

    op.create_table(
        "cart_line",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.Column("seen_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("source_kind", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_cart_line_quantity_sane")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_cart_line_account_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_cart_line_variant_id")),
        sa.PrimaryKeyConstraint("account_id", "variant_id", name=op.f("pk_cart_line")),
    )
    op.create_table(
        "coupon_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("coupon_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=8), nullable=True),
        sa.Column("to_state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_move_coupon_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_move")),
    )
    with op.batch_alter_table("coupon_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_move_coupon_id"), ["coupon_id"], unique=False)

    op.create_table(
        "freight_policy",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cover_minor", sa.BigInteger(), nullable=False),
        sa.Column("premium_minor", sa.BigInteger(), nullable=False),
        sa.Column("premium_due_minor", sa.BigInteger(), nullable=False),
        sa.Column("return_rate_bp", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("quoted_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('quoted', 'issued', 'cancelled', 'expired', 'claimed')",
            name=op.f("ck_freight_policy_state_known"),
        ),
        sa.CheckConstraint("cover_minor > 0 AND premium_minor > 0", name=op.f("ck_freight_policy_positive")),
        sa.CheckConstraint("premium_due_minor BETWEEN 0 AND premium_minor", name=op.f("ck_freight_policy_due_within")),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_freight_policy_buyer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_freight_policy_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freight_policy")),
        sa.UniqueConstraint("order_id", name=op.f("uq_freight_policy_order_id")),
    )
    with op.batch_alter_table("freight_policy", schema=None) as batch_op:
        batch_op.create_index(
            "ix_freight_policy_due",
            ["id"],
            unique=False,
            sqlite_where=sa.text("premium_due_minor > 0"),
            postgresql_where=sa.text("premium_due_minor > 0"),
        )
        batch_op.create_index(batch_op.f("ix_freight_policy_shop_id"), ["shop_id"], unique=False)
        batch_op.create_index(
            "ix_freight_policy_term",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'issued'"),
            postgresql_where=sa.text("state = 'issued'"),
        )

    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=80), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("list_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("goods_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("freight_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_subsidy_minor", sa.BigInteger(), nullable=False),
        sa.Column("ad_subsidy_minor", sa.BigInteger(), nullable=False),
        sa.Column("ad_account", sa.String(length=80), nullable=True),
        sa.Column("pool_kind", sa.String(length=6), nullable=False),
        sa.Column("pool_ref", sa.String(length=40), nullable=False),
        sa.Column("fee_bp", sa.Integer(), nullable=False),
        sa.Column("commission_bp", sa.Integer(), nullable=False),
        sa.Column("promoter_id", sa.BigInteger(), nullable=True),
        sa.Column("return_days", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("refunded_quantity", sa.Integer(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cancelled <= refunded_quantity", name=op.f("ck_order_line_cancelled_is_refunded")),
        sa.CheckConstraint(
            "goods_minor >= discount_minor AND freight_minor >= 0", name=op.f("ck_order_line_not_negative")
        ),
        sa.CheckConstraint(
            "payable_minor = goods_minor - discount_minor + freight_minor", name=op.f("ck_order_line_sums_up")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.CheckConstraint("refunded_minor BETWEEN 0 AND payable_minor", name=op.f("ck_order_line_refunded_within")),
        sa.CheckConstraint(
            "refunded_quantity BETWEEN 0 AND quantity", name=op.f("ck_order_line_refunded_quantity_within")
        ),
        sa.CheckConstraint(
            "shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity",
            name=op.f("ck_order_line_shipped_within"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_order_line_product_id")),
        sa.ForeignKeyConstraint(["promoter_id"], ["account.id"], name=op.f("fk_order_line_promoter_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_order_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_line_product_id"), ["product_id"], unique=False)

    op.create_table(
        "order_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=160), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_move_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_move")),
    )
    with op.batch_alter_table("order_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_move_order_id"), ["order_id"], unique=False)

    op.create_table(
        "parcel",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("waybill", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("direction IN ('out', 'back')", name=op.f("ck_parcel_direction_known")),
        sa.CheckConstraint(
            "state IN ('created', 'picked_up', 'in_transit', 'out_for_delivery', 'signed', 'problem', 'attempt_failed', 'at_pickup_point', 'refused', 'returning', 'returned', 'lost', 'expired')",
            name=op.f("ck_parcel_state_known"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_parcel_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("carrier", "waybill", name=op.f("uq_parcel_carrier_waybill")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "stock_pool",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('shelf', 'flash', 'room')", name=op.f("ck_stock_pool_kind_known")),
        sa.CheckConstraint("reserved >= 0 AND on_hand >= reserved", name=op.f("ck_stock_pool_never_oversold")),
        sa.CheckConstraint("sold >= 0", name=op.f("ck_stock_pool_sold_not_negative")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_stock_pool_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_pool")),
        sa.UniqueConstraint("variant_id", "kind", "ref", "slot", name=op.f("uq_stock_pool_variant_id_kind_ref_slot")),
    )
    op.create_table(
        "aftersale",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("asked_minor", sa.BigInteger(), nullable=False),
        sa.Column("offered_minor", sa.BigInteger(), nullable=True),
        sa.Column("offered_kind", sa.String(length=14), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("agreed_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("was_shipped", sa.Boolean(), nullable=False),
        sa.Column("refund_id", sa.BigInteger(), nullable=True),
        sa.Column("wanted_variant_id", sa.BigInteger(), nullable=True),
        sa.Column("return_signed_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "is_open = (state NOT IN ('refunded', 'done', 'closed', 'cancelled'))",
            name=op.f("ck_aftersale_open_until_it_ends"),
        ),
        sa.CheckConstraint(
            "kind IN ('refund_only', 'return_refund', 'exchange')", name=op.f("ck_aftersale_kind_known")
        ),
        sa.CheckConstraint(
            "offered_kind IN ('refund_only', 'return_refund')", name=op.f("ck_aftersale_offered_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'wait_buyer_confirm', 'wait_return', 'return_shipped', 'wait_reship', 'reshipped', 'rejected', 'disputed', 'refunding', 'platform_refunding', 'refund_abnormal', 'refunded', 'done', 'closed', 'cancelled')",
            name=op.f("ck_aftersale_state_known"),
        ),
        sa.CheckConstraint("quantity >= 0 AND asked_minor >= 0", name=op.f("ck_aftersale_not_negative")),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_aftersale_buyer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_aftersale_order_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_aftersale_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aftersale")),
    )
    with op.batch_alter_table("aftersale", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aftersale_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(
            "ix_aftersale_deadline",
            ["deadline_at"],
            unique=False,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )
        batch_op.create_index("ix_aftersale_line", ["order_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_aftersale_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_aftersale_shop", ["shop_id", "id"], unique=False)
        batch_op.create_index(
            "uq_aftersale_open_line",
            ["order_line_id"],
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )

    op.create_table(
        "freight_claim",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("aftersale_id", sa.BigInteger(), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("waybill", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_freight_claim_paid_is_dated")),
        sa.CheckConstraint(
            "state IN ('filed', 'checking', 'approved', 'paying', 'paid', 'pay_failed', 'denied')",
            name=op.f("ck_freight_claim_state_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_freight_claim_positive")),
        sa.ForeignKeyConstraint(["policy_id"], ["freight_policy.id"], name=op.f("fk_freight_claim_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freight_claim")),
        sa.UniqueConstraint("carrier", "waybill", name=op.f("uq_freight_claim_carrier_waybill")),
        sa.UniqueConstraint("policy_id", name=op.f("uq_freight_claim_policy_id")),
    )
    op.create_table(
        "insurance_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=6), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("what IN ('policy', 'claim')", name=op.f("ck_insurance_move_what_known")),
        sa.ForeignKeyConstraint(["policy_id"], ["freight_policy.id"], name=op.f("fk_insurance_move_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_move")),
    )
    with op.batch_alter_table("insurance_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_insurance_move_policy_id"), ["policy_id"], unique=False)

    op.create_table(
        "order_line_share",
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("shop_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_minor", sa.BigInteger(), nullable=False),
        sa.Column("ad_minor", sa.BigInteger(), nullable=False),
        sa.Column("ad_account", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "amount_minor = shop_minor + platform_minor + ad_minor", name=op.f("ck_order_line_share_all_is_borne")
        ),
        sa.CheckConstraint(
            "shop_minor >= 0 AND platform_minor >= 0 AND ad_minor >= 0", name=op.f("ck_order_line_share_not_negative")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_order_line_share_order_line_id")),
        sa.PrimaryKeyConstraint("order_line_id", "position", name=op.f("pk_order_line_share")),
    )
    op.create_table(
        "parcel_event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("carrier_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_event_parcel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_event")),
        sa.UniqueConstraint(
            "parcel_id", "carrier_at", "state", "text", name=op.f("uq_parcel_event_parcel_id_carrier_at_state_text")
        ),
    )
    op.create_table(
        "parcel_line",
        sa.Column("parcel_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_parcel_line_quantity_positive")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_parcel_line_order_line_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_line_parcel_id")),
        sa.PrimaryKeyConstraint("parcel_id", "order_line_id", name=op.f("pk_parcel_line")),
    )
    with op.batch_alter_table("parcel_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_line_order_line_id"), ["order_line_id"], unique=False)

    op.create_table(
        "stock_hold",
        sa.Column("order_line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pool_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("restocked", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (shipped + released = quantity)", name=op.f("ck_stock_hold_ended_is_empty")
        ),
        sa.CheckConstraint("state IN ('held', 'committed', 'ended')", name=op.f("ck_stock_hold_state_known")),
        sa.CheckConstraint("quantity > 0 AND shipped >= 0 AND released >= 0", name=op.f("ck_stock_hold_not_negative")),
        sa.CheckConstraint("restocked BETWEEN 0 AND shipped", name=op.f("ck_stock_hold_restocked_were_shipped")),
        sa.CheckConstraint("shipped + released <= quantity", name=op.f("ck_stock_hold_within_quantity")),
        sa.ForeignKeyConstraint(["pool_id"], ["stock_pool.id"], name=op.f("fk_stock_hold_pool_id")),
        sa.PrimaryKeyConstraint("order_line_id", "pool_id", name=op.f("pk_stock_hold")),
    )
    with op.batch_alter_table("stock_hold", schema=None) as batch_op:
        batch_op.create_index("ix_stock_hold_pool", ["pool_id"], unique=False)

    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pool_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("on_hand_change", sa.Integer(), nullable=False),
        sa.Column("reserved_change", sa.Integer(), nullable=False),
        sa.Column("sold_change", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('receive', 'adjust', 'hold', 'release', 'commit', 'ship', 'restock', 'move')",
            name=op.f("ck_stock_movement_kind_known"),
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["stock_pool.id"], name=op.f("fk_stock_movement_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("pool_id", "kind", "ref", name=op.f("uq_stock_movement_pool_id_kind_ref")),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index("ix_stock_movement_pool", ["pool_id", "id"], unique=False)

    op.create_table(
        "aftersale_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("aftersale_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("by_side", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["aftersale_id"], ["aftersale.id"], name=op.f("fk_aftersale_move_aftersale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aftersale_move")),
    )
    with op.batch_alter_table("aftersale_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aftersale_move_aftersale_id"), ["aftersale_id"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("aftersale_id", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("proof_from", sa.String(length=6), nullable=True),
        sa.Column("proof_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("awarded_minor", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("appealed_by", sa.String(length=10), nullable=True),
        sa.Column("judged_by", sa.BigInteger(), nullable=True),
        sa.Column("goods_first", sa.Boolean(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("proof_from IN ('buyer', 'shop', 'both')", name=op.f("ck_dispute_proof_from_known")),
        sa.CheckConstraint(
            "state IN ('open', 'wait_proof', 'ready', 'judged', 'appealed', 'final', 'withdrawn')",
            name=op.f("ck_dispute_state_known"),
        ),
        sa.CheckConstraint("verdict IN ('buyer', 'seller', 'split')", name=op.f("ck_dispute_verdict_known")),
        sa.CheckConstraint("awarded_minor >= 0", name=op.f("ck_dispute_not_negative")),
        sa.ForeignKeyConstraint(["aftersale_id"], ["aftersale.id"], name=op.f("fk_dispute_aftersale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("aftersale_id", name=op.f("uq_dispute_aftersale_id")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index("ix_dispute_state", ["state", "id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("aftersale_id", sa.BigInteger(), nullable=False),
        sa.Column("by_side", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["aftersale_id"], ["aftersale.id"], name=op.f("fk_evidence_aftersale_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_evidence_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_aftersale_id"), ["aftersale_id"], unique=False)

    op.create_table(
        "dispute_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("by_side", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_move_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_move")),
    )
    with op.batch_alter_table("dispute_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_move_dispute_id"), ["dispute_id"], unique=False)

    _make_append_only()


def _make_append_only() -> None:
    """Let the database itself refuse to change or remove what was posted."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        )
        for table in ("ledger_entry", "ledger_posting"):
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in ("ledger_entry", "ledger_posting"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
