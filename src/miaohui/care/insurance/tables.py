"""Freight policies, claims, and the returns that premiums are reckoned from."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

freight_policy = sa.Table(
    "freight_policy",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # One order, one policy, one claim.
    sa.Column("order_id", sa.BigInteger, sa.ForeignKey("shop_order.id"), nullable=False, unique=True),
    sa.Column("shop_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("category_id", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("cover_minor", sa.BigInteger, nullable=False),
    sa.Column("premium_minor", sa.BigInteger, nullable=False),
    # What of the premium the shop could not pay when the cover began, and still owes.
    sa.Column("premium_due_minor", sa.BigInteger, nullable=False, default=0),
    # The expected return rate that the premium was reckoned with, in basis points.
    sa.Column("return_rate_bp", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("quoted_at", Timestamp, nullable=False),
    sa.Column("issued_at", Timestamp),
    sa.Column("expires_at", Timestamp),
    sa.Column("ended_at", Timestamp),
    sa.CheckConstraint("cover_minor > 0 AND premium_minor > 0", name="positive"),
    sa.CheckConstraint("premium_due_minor BETWEEN 0 AND premium_minor", name="due_within"),
    sa.CheckConstraint("state IN ('quoted', 'issued', 'cancelled', 'expired', 'claimed')", name="state_known"),
)
_issued = freight_policy.c.state == "issued"
_due = freight_policy.c.premium_due_minor > 0
sa.Index("ix_freight_policy_term", freight_policy.c.expires_at, sqlite_where=_issued, postgresql_where=_issued)
sa.Index("ix_freight_policy_due", freight_policy.c.id, sqlite_where=_due, postgresql_where=_due)

freight_claim = sa.Table(
    "freight_claim",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("policy_id", sa.BigInteger, sa.ForeignKey("freight_policy.id"), nullable=False, unique=True),
    sa.Column("aftersale_id", sa.BigInteger, nullable=False),
    # A waybill proves one return.
    sa.Column("carrier", sa.String(20), nullable=False),
    sa.Column("waybill", sa.String(40), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(80)),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("filed_at", Timestamp, nullable=False),
    sa.Column("approved_at", Timestamp),
    sa.Column("paid_at", Timestamp),
    sa.UniqueConstraint("carrier", "waybill"),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
    sa.CheckConstraint(
        "state IN ('filed', 'checking', 'approved', 'paying', 'paid', 'pay_failed', 'denied')", name="state_known"
    ),
    sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_is_dated"),
)

return_count = sa.Table(
    "return_count",
    metadata,
    # What premiums are reckoned from: orders by the month in which they left, insured or not.
    sa.Column("category_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("shop_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # 2026-04 is 24315: months since the year 0.
    sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sent", sa.Integer, nullable=False, default=0),
    sa.Column("returned", sa.Integer, nullable=False, default=0),
    sa.CheckConstraint("sent >= 0 AND returned >= 0", name="not_negative"),
)

insurance_move = sa.Table(
    "insurance_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("policy_id", sa.BigInteger, sa.ForeignKey("freight_policy.id"), nullable=False, index=True),
    sa.Column("what", sa.String(6), nullable=False),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
    sa.CheckConstraint("what IN ('policy', 'claim')", name="what_known"),
)
