"""Addresses, freight templates, and quotes."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

address = sa.Table(
    "address",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("phone", sa.String(20), nullable=False),
    # ISO 3166-1 alpha-2; in CN with a code of GB/T 2260, elsewhere with the words alone.
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("division_code", sa.String(9)),
    sa.Column("province", sa.String(60), nullable=False),
    sa.Column("city", sa.String(60), nullable=False),
    sa.Column("district", sa.String(60), nullable=False),
    sa.Column("street", sa.String(200), nullable=False),
    sa.Column("postcode", sa.String(12), nullable=False),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("removed_at", Timestamp),
)
_default = sa.text("is_default AND removed_at IS NULL")
sa.Index("uq_address_default", address.c.account_id, unique=True, sqlite_where=_default, postgresql_where=_default)

freight_template = sa.Table(
    "freight_template",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False, index=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("mode", sa.String(6), nullable=False),
    # Goods of the shop from this amount on travel free; empty for never.
    sa.Column("free_from_minor", sa.BigInteger),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.Column("removed_at", Timestamp),
    sa.CheckConstraint("mode IN ('weight', 'piece')", name="mode_known"),
)

freight_zone = sa.Table(
    "freight_zone",
    metadata,
    sa.Column("template_id", sa.BigInteger, sa.ForeignKey("freight_template.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    # Beginnings of division codes ("31", "3205") and countries ("JP"); an empty list is everywhere else in China.
    sa.Column("regions", Json, nullable=False),
    sa.Column("delivers", sa.Boolean, nullable=False),
    # Grams or pieces.
    sa.Column("first_units", sa.Integer, nullable=False),
    sa.Column("first_minor", sa.BigInteger, nullable=False),
    sa.Column("next_units", sa.Integer, nullable=False),
    sa.Column("next_minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("first_units > 0 AND next_units > 0", name="units_positive"),
    sa.CheckConstraint("first_minor >= 0 AND next_minor >= 0", name="prices_not_negative"),
)

quote = sa.Table(
    "quote",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # The whole quote as it was shown.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("quoted_at", Timestamp, nullable=False),
    sa.Column("expires_at", Timestamp, nullable=False, index=True),
)
