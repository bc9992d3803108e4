"""Shops, their papers, the categories they may sell in, and who works there."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

shop = sa.Table(
    "shop",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("intro", sa.String(300), nullable=False),
    # The key of its pictures in kit.blobs without size and suffix.
    sa.Column("avatar", sa.String(80)),
    sa.Column("state", sa.String(10), nullable=False),
    # Of `traffic`, `live`, `new_goods`, `withdrawal`: what a limited shop may not do.
    sa.Column("limits", Json, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("deposit_required_minor", sa.BigInteger, nullable=False),
    # Where returns go: {name, phone, country, division_code, province, city, district, street, postcode}.
    sa.Column("return_address", Json),
    # Whether the shop gives freight insurance with what it sells.
    sa.Column("insures_returns", sa.Boolean, nullable=False),
    sa.Column("applied_at", Timestamp, nullable=False),
    sa.Column("opened_at", Timestamp),
    sa.Column("probation_ends_at", Timestamp),
    sa.Column("closed_at", Timestamp),
    sa.CheckConstraint("kind IN ('company', 'individual')", name="kind_known"),
    sa.CheckConstraint(
        "state IN ('applied', 'review', 'rejected', 'probation', 'open', 'limited', 'closing', 'closed')",
        name="state_known",
    ),
    sa.CheckConstraint("deposit_required_minor >= 0", name="deposit_not_negative"),
)

shop_document = sa.Table(
    "shop_document",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False, index=True),
    # One of the category's qualification kinds, or `identity`, `business_licence`.
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("number", sa.String(60), nullable=False),
    # Below `private/`: only the shop's own people and reviewers read it.
    sa.Column("file", sa.String(200)),
    sa.Column("expires_on", sa.Date),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("note", sa.String(300)),
    sa.Column("submitted_at", Timestamp, nullable=False),
    sa.Column("reviewed_by", sa.BigInteger),
    sa.Column("reviewed_at", Timestamp),
    sa.CheckConstraint("state IN ('submitted', 'accepted', 'rejected')", name="state_known"),
)

shop_category = sa.Table(
    "shop_category",
    metadata,
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), primary_key=True),
    sa.Column("category_id", sa.BigInteger, primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("decided_by", sa.BigInteger),
    sa.Column("decided_at", Timestamp),
    sa.CheckConstraint("state IN ('requested', 'granted', 'refused')", name="state_known"),
)

shop_staff = sa.Table(
    "shop_staff",
    metadata,
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("added_by", sa.BigInteger, nullable=False),
    sa.Column("added_at", Timestamp, nullable=False),
    sa.CheckConstraint("role IN ('owner', 'manager', 'goods', 'fulfilment', 'service', 'finance')", name="role_known"),
)
sa.Index("ix_shop_staff_account", shop_staff.c.account_id)

shop_move = sa.Table(
    "shop_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
)
