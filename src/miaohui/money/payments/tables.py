"""Payments, refunds, what providers have said, and their daily bills."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

payment = sa.Table(
    "payment",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # What is paid for: a trade, a shop's deposit, a wallet's top-up.
    sa.Column("purpose", sa.String(10), nullable=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("payer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("provider", sa.String(16), nullable=False),
    # In which of its ways: a provider takes one number in one way only, so another device is another payment.
    sa.Column("way", sa.String(8), nullable=False, default=""),
    # Our number at the provider: the same one again is the same payment.
    sa.Column("out_trade_no", sa.String(32), nullable=False, unique=True),
    sa.Column("provider_txn_no", sa.String(80)),
    sa.Column("description", sa.String(120), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # Grows with each refund that is asked for, before the provider hears of it.
    sa.Column("refunded_minor", sa.BigInteger, nullable=False, default=0),
    sa.Column("state", sa.String(10), nullable=False),
    # How the payer goes on: a redirect address, a QR code's content, a client secret; never a key of ours.
    sa.Column("handover", Json),
    sa.Column("failure", sa.String(200)),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("closes_at", Timestamp, nullable=False),
    sa.Column("paid_at", Timestamp),
    sa.CheckConstraint("purpose IN ('trade', 'deposit', 'topup')", name="purpose_known"),
    sa.CheckConstraint(
        "state IN ('created', 'pending', 'succeeded', 'failed', 'closed', 'late', 'duplicate')", name="state_known"
    ),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
    sa.CheckConstraint("refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunds_within"),
    sa.CheckConstraint("(state IN ('succeeded', 'late', 'duplicate')) = (paid_at IS NOT NULL)", name="paid_is_dated"),
)
_open = payment.c.state.in_(["created", "pending"])
_succeeded = payment.c.state == "succeeded"
# One open attempt and one success for each thing that is paid for: the database decides who was first.
sa.Index(
    "uq_payment_open_attempt",
    payment.c.purpose,
    payment.c.subject_id,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
sa.Index(
    "uq_payment_success",
    payment.c.purpose,
    payment.c.subject_id,
    unique=True,
    sqlite_where=_succeeded,
    postgresql_where=_succeeded,
)
sa.Index("ix_payment_subject", payment.c.subject_id)
sa.Index("ix_payment_payer", payment.c.payer_id, payment.c.id)

payment_part = sa.Table(
    "payment_part",
    metadata,
    sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("payment.id"), primary_key=True),
    # The ledger account that this part goes to: `escrow:7301`, `deposit:12`, `wallet:40`.
    sa.Column("account_code", sa.String(80), primary_key=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
)

payment_event = sa.Table(
    "payment_event",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("payment.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)

refund = sa.Table(
    "refund",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("payment.id"), nullable=False, index=True),
    # Why: `aftersale:88`, `late:55`. One refund for each reason.
    sa.Column("ref", sa.String(80), nullable=False, unique=True),
    sa.Column("out_refund_no", sa.String(32), nullable=False, unique=True),
    sa.Column("provider_refund_no", sa.String(80)),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("reason", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("failure", sa.String(200)),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("succeeded_at", Timestamp),
    # `wallet` or `bank` where a person has paid it another way; empty where the provider has.
    sa.Column("paid_by", sa.String(8)),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
    sa.CheckConstraint("state IN ('created', 'processing', 'succeeded', 'failed', 'abnormal')", name="state_known"),
    sa.CheckConstraint("paid_by IN ('wallet', 'bank')", name="paid_by_known"),
    sa.CheckConstraint("(state = 'succeeded') = (succeeded_at IS NOT NULL)", name="success_is_dated"),
)

refund_event = sa.Table(
    "refund_event",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("refund_id", sa.BigInteger, sa.ForeignKey("refund.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)

provider_notice = sa.Table(
    "provider_notice",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("provider", sa.String(16), nullable=False),
    # The provider's own id of the notice, or its nonce: who repeats it is heard once.
    sa.Column("notice_key", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("out_no", sa.String(32)),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(40), nullable=False),
    sa.Column("received_at", Timestamp, nullable=False),
    sa.UniqueConstraint("provider", "notice_key"),
)

bill_run = sa.Table(
    "bill_run",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("provider", sa.String(16), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("differences", sa.Integer, nullable=False),
    sa.Column("fetched_at", Timestamp, nullable=False),
    sa.UniqueConstraint("provider", "day"),
)

bill_line = sa.Table(
    "bill_line",
    metadata,
    sa.Column("run_id", sa.BigInteger, sa.ForeignKey("bill_run.id"), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("out_no", sa.String(32), primary_key=True),
    sa.Column("provider_no", sa.String(80), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("fee_minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("kind IN ('payment', 'refund')", name="kind_known"),
)

bill_difference = sa.Table(
    "bill_difference",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("run_id", sa.BigInteger, sa.ForeignKey("bill_run.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("out_no", sa.String(32), nullable=False),
    sa.Column("ours_minor", sa.BigInteger),
    sa.Column("theirs_minor", sa.BigInteger),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("note", sa.String(400)),
    sa.Column("closed_by", sa.BigInteger),
    sa.Column("closed_at", Timestamp),
    sa.CheckConstraint("kind IN ('missing_here', 'missing_there', 'amount')", name="kind_known"),
    sa.CheckConstraint("state IN ('open', 'closed')", name="state_known"),
)

sandbox_payment = sa.Table(
    "sandbox_payment",
    metadata,
    # What the sandbox provider knows; it stands for another company's books, so nothing of ours is read from it.
    sa.Column("out_trade_no", sa.String(32), primary_key=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("times_paid", sa.Integer, nullable=False, default=0),
    sa.Column("notify_at", Timestamp),
    sa.Column("opened_at", Timestamp, nullable=False),
    sa.Column("paid_at", Timestamp),
    sa.CheckConstraint("state IN ('open', 'paid', 'failed', 'closed')", name="state_known"),
)

sandbox_refund = sa.Table(
    "sandbox_refund",
    metadata,
    sa.Column("out_refund_no", sa.String(32), primary_key=True),
    sa.Column("out_trade_no", sa.String(32), nullable=False, index=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("refunded_at", Timestamp, nullable=False),
)
