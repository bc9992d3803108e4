"""Each sold line's way from escrow to those it belongs to, and from them to their bank."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

settlement_line = sa.Table(
    "settlement_line",
    metadata,
    # The order line's own id.
    sa.Column("order_line_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("order_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("shop_id", sa.BigInteger, nullable=False),
    # Empty where nothing was left for the buyer to pay.
    sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("payment.id")),
    sa.Column("currency", sa.String(3), nullable=False),
    # What the buyer paid for the line, its freight included, and what others added to it.
    sa.Column("paid_minor", sa.BigInteger, nullable=False),
    sa.Column("platform_subsidy_minor", sa.BigInteger, nullable=False),
    sa.Column("ad_subsidy_minor", sa.BigInteger, nullable=False),
    sa.Column("ad_account", sa.String(80)),
    # Commission and fee are reckoned on the goods, not on the freight.
    sa.Column("goods_minor", sa.BigInteger, nullable=False),
    sa.Column("fee_bp", sa.Integer, nullable=False),
    sa.Column("refunded_paid_minor", sa.BigInteger, nullable=False, default=0),
    sa.Column("refunded_platform_minor", sa.BigInteger, nullable=False, default=0),
    sa.Column("refunded_ad_minor", sa.BigInteger, nullable=False, default=0),
    sa.Column("state", sa.String(10), nullable=False),
    # How many open cases hold it back; it can be settled at 0.
    sa.Column("holds", sa.Integer, nullable=False, default=0),
    sa.Column("settle_after", Timestamp),
    sa.Column("settled_at", Timestamp),
    # What the shop and the platform have of it, once settled: less with every refund after that.
    sa.Column("shop_minor", sa.BigInteger),
    sa.Column("fee_minor", sa.BigInteger),
    sa.CheckConstraint("state IN ('in_escrow', 'settleable', 'settled', 'void')", name="state_known"),
    sa.CheckConstraint(
        "paid_minor >= 0 AND platform_subsidy_minor >= 0 AND ad_subsidy_minor >= 0", name="not_negative"
    ),
    sa.CheckConstraint("refunded_paid_minor BETWEEN 0 AND paid_minor", name="refunds_within_paid"),
    sa.CheckConstraint("refunded_platform_minor BETWEEN 0 AND platform_subsidy_minor", name="refunds_within_platform"),
    sa.CheckConstraint("refunded_ad_minor BETWEEN 0 AND ad_subsidy_minor", name="refunds_within_ad"),
    sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_is_dated"),
    sa.CheckConstraint("(state = 'settled') = (shop_minor IS NOT NULL)", name="settled_is_shared"),
    sa.CheckConstraint("(shop_minor IS NULL) = (fee_minor IS NULL)", name="shared_as_a_whole"),
    sa.CheckConstraint("shop_minor >= 0 AND fee_minor >= 0", name="shares_not_negative"),
    sa.CheckConstraint(
        "goods_minor BETWEEN 0 AND paid_minor + platform_subsidy_minor + ad_subsidy_minor", name="goods_within"
    ),
    sa.CheckConstraint("ad_subsidy_minor = 0 OR ad_account IS NOT NULL", name="ad_has_an_account"),
    sa.CheckConstraint("holds >= 0", name="holds_not_negative"),
)
_due = settlement_line.c.state == "settleable"
sa.Index("ix_settlement_line_due", settlement_line.c.settle_after, sqlite_where=_due, postgresql_where=_due)
sa.Index("ix_settlement_line_shop", settlement_line.c.shop_id, settlement_line.c.order_line_id)

commission_hop = sa.Table(
    "commission_hop",
    metadata,
    # The chain from the shop to who sold: each hop keeps its rate of the goods and hands the rest on.
    sa.Column("order_line_id", sa.BigInteger, sa.ForeignKey("settlement_line.order_line_id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    # `promoter:40` or `commission` (the platform's own part).
    sa.Column("account_code", sa.String(80), nullable=False),
    sa.Column("rate_bp", sa.Integer, nullable=False),
    # What the hop has of it, once settled: less with every refund after that.
    sa.Column("kept_minor", sa.BigInteger),
    sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_is_a_share"),
    sa.CheckConstraint("kept_minor >= 0", name="kept_not_negative"),
)

settlement_move = sa.Table(
    "settlement_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("order_line_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)

payout = sa.Table(
    "payout",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # `shop_available:12`, `promoter:40`, `wallet:40`: the account that is drawn from.
    sa.Column("account_code", sa.String(80), nullable=False, index=True),
    sa.Column("shop_id", sa.BigInteger),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("bank_account", sa.String(80), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("failure", sa.String(200)),
    sa.Column("requested_by", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("requested_at", Timestamp, nullable=False),
    sa.Column("finished_at", Timestamp),
    sa.CheckConstraint("amount_minor > 0", name="positive"),
    sa.CheckConstraint("state IN ('requested', 'paid', 'failed')", name="state_known"),
)
sa.Index("ix_payout_requested_by", payout.c.requested_by, payout.c.id)

sandbox_transfer = sa.Table(
    "sandbox_transfer",
    metadata,
    # What the sandbox bank knows; it stands for another company's books, so nothing of ours is read from it.
    sa.Column("out_no", sa.String(32), primary_key=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("bank_account", sa.String(80), nullable=False),
    sa.Column("failure", sa.String(200)),
    sa.Column("ordered_at", Timestamp, nullable=False),
)
