"""Activities that lower prices, coupon templates, and the coupons that people hold."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata


def _bearers() -> list[sa.schema.SchemaItem]:
    return [
        # Who bears what is taken off, in basis points of it.
        sa.Column("shop_bp", sa.Integer, nullable=False),
        sa.Column("platform_bp", sa.Integer, nullable=False),
        sa.Column("ad_bp", sa.Integer, nullable=False),
        # The ledger account that bears `ad_bp`: `ad_budget:9`.
        sa.Column("ad_account", sa.String(80)),
        sa.CheckConstraint(
            "shop_bp >= 0 AND platform_bp >= 0 AND ad_bp >= 0 AND shop_bp + platform_bp + ad_bp = 10000",
            name="all_is_borne",
        ),
        sa.CheckConstraint("ad_bp = 0 OR ad_account IS NOT NULL", name="ad_has_an_account"),
    ]


promotion = sa.Table(
    "promotion",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # Empty for the platform's own.
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    # flash: {"prices": {variant_id: price_minor}, "per_person": n}; item: {"product_ids": […], "percent_off_bp" or
    # "off_minor"}; threshold: {"steps": [{"from_minor", "off_minor" or "percent_off_bp"}], "product_ids": […] or null}.
    sa.Column("rule", Json, nullable=False),
    *_bearers(),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("starts_at", Timestamp, nullable=False),
    sa.Column("ends_at", Timestamp, nullable=False),
    sa.Column("created_by", sa.BigInteger, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.CheckConstraint("kind IN ('flash', 'item', 'threshold')", name="kind_known"),
    sa.CheckConstraint("state IN ('draft', 'active', 'ended')", name="state_known"),
    sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
)

coupon_template = sa.Table(
    "coupon_template",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # Which step of the price pipeline it belongs to; one coupon of each at most.
    sa.Column("stacking", sa.String(8), nullable=False),
    # Whose goods it is for; empty for all shops.
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), index=True),
    sa.Column("name", sa.String(60), nullable=False),
    # {"from_minor": 9900, "off_minor": 1000} or {"from_minor": 0, "percent_off_bp": 1500, "most_minor": 5000}.
    sa.Column("rule", Json, nullable=False),
    # {"category_ids": […], "product_ids": […]}; an empty object is everything.
    sa.Column("scope", Json, nullable=False),
    *_bearers(),
    sa.Column("quota", sa.Integer, nullable=False),
    sa.Column("granted", sa.Integer, nullable=False, default=0),
    sa.Column("used", sa.Integer, nullable=False, default=0),
    sa.Column("per_person", sa.Integer, nullable=False),
    sa.Column("claimable", sa.Boolean, nullable=False),
    sa.Column("starts_at", Timestamp, nullable=False),
    sa.Column("ends_at", Timestamp, nullable=False),
    # Days from the grant, where that ends sooner than `ends_at`.
    sa.Column("valid_days", sa.Integer),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("created_by", sa.BigInteger, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.CheckConstraint("stacking IN ('shop', 'platform', 'ad', 'freight')", name="stacking_known"),
    sa.CheckConstraint("granted BETWEEN 0 AND quota", name="quota_is_kept"),
    sa.CheckConstraint("used BETWEEN 0 AND granted", name="used_were_granted"),
    sa.CheckConstraint("per_person > 0", name="per_person_positive"),
    sa.CheckConstraint("state IN ('draft', 'active', 'paused', 'ended')", name="state_known"),
)

coupon = sa.Table(
    "coupon",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("template_id", sa.BigInteger, sa.ForeignKey("coupon_template.id"), nullable=False),
    sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # The owner's first, second, … of this template.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("trade_id", sa.BigInteger),
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("granted_at", Timestamp, nullable=False),
    sa.Column("expires_at", Timestamp, nullable=False),
    sa.Column("used_at", Timestamp),
    sa.UniqueConstraint("template_id", "owner_id", "number"),
    sa.CheckConstraint("state IN ('granted', 'locked', 'used', 'expired', 'revoked')", name="state_known"),
    sa.CheckConstraint("(state IN ('locked', 'used')) = (trade_id IS NOT NULL)", name="taken_by_a_trade"),
)
sa.Index("ix_coupon_owner", coupon.c.owner_id, coupon.c.state)
sa.Index("ix_coupon_trade", coupon.c.trade_id)
_granted = coupon.c.state == "granted"
sa.Index("ix_coupon_expiry", coupon.c.expires_at, sqlite_where=_granted, postgresql_where=_granted)

coupon_move = sa.Table(
    "coupon_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("coupon_id", sa.BigInteger, sa.ForeignKey("coupon.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(8)),
    sa.Column("to_state", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)

offer_move = sa.Table(
    "offer_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # A promotion's or a template's.
    sa.Column("offer_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("from_state", sa.String(8)),
    sa.Column("to_state", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
)
