"""Commission offers of shops."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

commission_offer = sa.Table(
    "commission_offer",
    metadata,
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), primary_key=True),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False, index=True),
    # Of the goods' paid price; what a creator gets is what remains after the platform's part of it.
    sa.Column("rate_bp", sa.Integer, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("changed_at", Timestamp, nullable=False),
    sa.CheckConstraint("rate_bp BETWEEN 0 AND 5000", name="rate_sane"),
    sa.CheckConstraint("state IN ('active', 'ended')", name="state_known"),
)
