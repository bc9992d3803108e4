"""What the platform has paid first, and how it comes back."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

advance = sa.Table(
    "advance",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # Why: `aftersale:88`. One advance for each.
    sa.Column("ref", sa.String(80), nullable=False, unique=True),
    sa.Column("aftersale_id", sa.BigInteger, nullable=False),
    sa.Column("order_line_id", sa.BigInteger, nullable=False),
    sa.Column("shop_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("state", sa.String(14), nullable=False),
    sa.Column("recovered_minor", sa.BigInteger, nullable=False, default=0),
    sa.Column("written_off_minor", sa.BigInteger, nullable=False, default=0),
    sa.Column("opened_at", Timestamp, nullable=False),
    sa.Column("paid_at", Timestamp),
    sa.Column("closed_at", Timestamp),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
    sa.CheckConstraint(
        "state IN ('opened', 'approved', 'paid', 'recovering', 'part_recovered', 'recovered', 'written_off')",
        name="state_known",
    ),
    sa.CheckConstraint(
        "recovered_minor >= 0 AND written_off_minor >= 0 AND recovered_minor + written_off_minor <= amount_minor",
        name="recovered_within",
    ),
)

advance_recovery = sa.Table(
    "advance_recovery",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("advance_id", sa.BigInteger, sa.ForeignKey("advance.id"), nullable=False, index=True),
    # unsettled, available, deposit, written_off.
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
)
