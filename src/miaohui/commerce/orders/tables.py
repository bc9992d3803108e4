"""Trades, orders, lines, the shares of every discount, and what happened to them."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

trade = sa.Table(
    "trade",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    # A quote becomes a trade once.
    sa.Column("quote_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("payable_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("payment.id")),
    sa.Column("placed_at", Timestamp, nullable=False),
    sa.Column("pay_by", Timestamp, nullable=False),
    sa.Column("paid_at", Timestamp),
    sa.CheckConstraint("state IN ('created', 'paid', 'closed')", name="state_known"),
    sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_is_dated"),
    sa.CheckConstraint("payable_minor >= 0", name="not_negative"),
)

shop_order = sa.Table(
    "shop_order",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("trade_id", sa.BigInteger, sa.ForeignKey("trade.id"), nullable=False, index=True),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False),
    sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("goods_minor", sa.BigInteger, nullable=False),
    sa.Column("discount_minor", sa.BigInteger, nullable=False),
    sa.Column("freight_minor", sa.BigInteger, nullable=False),
    sa.Column("payable_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # As it was on that day.
    sa.Column("address", Json, nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("insured", sa.Boolean, nullable=False),
    sa.Column("placed_at", Timestamp, nullable=False),
    sa.Column("pay_by", Timestamp, nullable=False),
    sa.Column("paid_at", Timestamp),
    sa.Column("ship_by", Timestamp),
    sa.Column("shipped_at", Timestamp),
    sa.Column("delivered_at", Timestamp),
    sa.Column("receive_by", Timestamp),
    sa.Column("completed_at", Timestamp),
    sa.Column("closed_at", Timestamp),
    sa.Column("close_reason", sa.String(30)),
    sa.CheckConstraint(
        "state IN ('created', 'paid', 'part_shipped', 'shipped', 'completed', 'closed')", name="state_known"
    ),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_is_dated"),
    sa.CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed_is_dated"),
    sa.CheckConstraint("payable_minor = goods_minor - discount_minor + freight_minor", name="sums_up"),
    sa.CheckConstraint("payable_minor >= 0 AND discount_minor >= 0 AND freight_minor >= 0", name="not_negative"),
)
sa.Index("ix_shop_order_buyer", shop_order.c.buyer_id, shop_order.c.id)
sa.Index("ix_shop_order_shop", shop_order.c.shop_id, shop_order.c.state, shop_order.c.id)

order_line = sa.Table(
    "order_line",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("order_id", sa.BigInteger, sa.ForeignKey("shop_order.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), nullable=False, index=True),
    sa.Column("variant_id", sa.BigInteger, sa.ForeignKey("variant.id"), nullable=False),
    sa.Column("category_id", sa.BigInteger, nullable=False),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("options", Json, nullable=False),
    sa.Column("picture", sa.String(80)),
    sa.Column("weight_g", sa.Integer, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("list_price_minor", sa.BigInteger, nullable=False),
    # list price × quantity; less all shares; plus the line's part of the freight.
    sa.Column("goods_minor", sa.BigInteger, nullable=False),
    sa.Column("discount_minor", sa.BigInteger, nullable=False),
    sa.Column("freight_minor", sa.BigInteger, nullable=False),
    sa.Column("payable_minor", sa.BigInteger, nullable=False),
    # Of the discount, what others than the shop put into escrow for the buyer.
    sa.Column("platform_subsidy_minor", sa.BigInteger, nullable=False),
    sa.Column("ad_subsidy_minor", sa.BigInteger, nullable=False),
    sa.Column("ad_account", sa.String(80)),
    sa.Column("pool_kind", sa.String(6), nullable=False),
    sa.Column("pool_ref", sa.String(40), nullable=False),
    sa.Column("fee_bp", sa.Integer, nullable=False),
    sa.Column("commission_bp", sa.Integer, nullable=False),
    sa.Column("promoter_id", sa.BigInteger, sa.ForeignKey("account.id")),
    sa.Column("return_days", sa.Integer, nullable=False),
    sa.Column("source_kind", sa.String(10), nullable=False),
    sa.Column("source_id", sa.BigInteger),
    sa.Column("shipped", sa.Integer, nullable=False, default=0),
    # Units given up before they were sent; they are among the refunded ones.
    sa.Column("cancelled", sa.Integer, nullable=False, default=0),
    sa.Column("refunded_quantity", sa.Integer, nullable=False, default=0),
    sa.Column("refunded_minor", sa.BigInteger, nullable=False, default=0),
    sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    sa.CheckConstraint("payable_minor = goods_minor - discount_minor + freight_minor", name="sums_up"),
    sa.CheckConstraint("goods_minor >= discount_minor AND freight_minor >= 0", name="not_negative"),
    sa.CheckConstraint("shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity", name="shipped_within"),
    sa.CheckConstraint("cancelled <= refunded_quantity", name="cancelled_is_refunded"),
    sa.CheckConstraint("refunded_quantity BETWEEN 0 AND quantity", name="refunded_quantity_within"),
    sa.CheckConstraint("refunded_minor BETWEEN 0 AND payable_minor", name="refunded_within"),
)

order_line_share = sa.Table(
    "order_line_share",
    metadata,
    sa.Column("order_line_id", sa.BigInteger, sa.ForeignKey("order_line.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    # Which step of the price pipeline, what it was called, and what it belongs to (`coupon:7`, `promotion:3`).
    sa.Column("step", sa.String(10), nullable=False),
    sa.Column("label", sa.String(80), nullable=False),
    sa.Column("ref", sa.String(40), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("shop_minor", sa.BigInteger, nullable=False),
    sa.Column("platform_minor", sa.BigInteger, nullable=False),
    sa.Column("ad_minor", sa.BigInteger, nullable=False),
    sa.Column("ad_account", sa.String(80)),
    sa.CheckConstraint("amount_minor = shop_minor + platform_minor + ad_minor", name="all_is_borne"),
    sa.CheckConstraint("shop_minor >= 0 AND platform_minor >= 0 AND ad_minor >= 0", name="not_negative"),
)

order_move = sa.Table(
    "order_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("order_id", sa.BigInteger, sa.ForeignKey("shop_order.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(12)),
    sa.Column("to_state", sa.String(12), nullable=False),
    sa.Column("reason", sa.String(160), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
)
