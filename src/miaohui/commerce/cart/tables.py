"""What lies in whose cart."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

cart_line = sa.Table(
    "cart_line",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("variant_id", sa.BigInteger, sa.ForeignKey("variant.id"), primary_key=True),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("selected", sa.Boolean, nullable=False),
    # The price at which it was put in; the cart says so when it has changed.
    sa.Column("seen_price_minor", sa.BigInteger, nullable=False),
    # Where it was found: `video`, `showcase`, `mall`, `search`, `shop`, and the id of that.
    sa.Column("source_kind", sa.String(10), nullable=False),
    sa.Column("source_id", sa.BigInteger),
    sa.Column("added_at", Timestamp, nullable=False),
    sa.CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity_sane"),
)
