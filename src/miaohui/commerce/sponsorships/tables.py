"""Campaigns, to whom they were shown, and whom they have given a coupon. Nobody's place is in any of them."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

sponsorship = sa.Table(
    "sponsorship",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False, index=True),
    # What the card says, and what the coupon is called.
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("words", sa.String(120), nullable=False),
    # The campaign's own place, which everybody may know.
    sa.Column("latitude", sa.Float, nullable=False),
    sa.Column("longitude", sa.Float, nullable=False),
    sa.Column("radius_m", sa.Integer, nullable=False),
    # Minutes since midnight at the place of the fair; until < from goes on past midnight.
    sa.Column("from_minute", sa.SmallInteger, nullable=False),
    sa.Column("until_minute", sa.SmallInteger, nullable=False),
    # Names of interests; an empty list is for everybody.
    sa.Column("interests", Json, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("from_minor", sa.BigInteger, nullable=False),
    # What a coupon takes off, and so the most that it can cost.
    sa.Column("off_minor", sa.BigInteger, nullable=False),
    sa.Column("valid_days", sa.SmallInteger, nullable=False),
    sa.Column("template_id", sa.BigInteger, sa.ForeignKey("coupon_template.id")),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("starts_at", Timestamp, nullable=False),
    sa.Column("ends_at", Timestamp, nullable=False),
    # What the shop has put into the ledger account `ad_budget:{id}`, what its coupons may cost at most, and what
    # has gone back to the shop.
    sa.Column("funded_minor", sa.BigInteger, nullable=False),
    sa.Column("reserved_minor", sa.BigInteger, nullable=False),
    sa.Column("returned_minor", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.BigInteger, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.CheckConstraint("state IN ('draft', 'active', 'paused', 'ended')", name="state_known"),
    sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    sa.CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="on_the_globe"),
    sa.CheckConstraint("radius_m BETWEEN 1000 AND 30000", name="radius_known"),
    sa.CheckConstraint("off_minor > 0 AND from_minor >= 0", name="takes_something_off"),
    sa.CheckConstraint("reserved_minor BETWEEN 0 AND funded_minor", name="within_budget"),
    sa.CheckConstraint("returned_minor BETWEEN 0 AND funded_minor", name="returned_was_funded"),
    sa.CheckConstraint("(state = 'draft') = (template_id IS NULL)", name="opened_with_a_template"),
)
_active = sponsorship.c.state == "active"
sa.Index("ix_sponsorship_active", sponsorship.c.latitude, sqlite_where=_active, postgresql_where=_active)

sponsorship_showing = sa.Table(
    "sponsorship_showing",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sponsorship_id", sa.BigInteger, sa.ForeignKey("sponsorship.id"), nullable=False),
    # Empty once the account is deleted; the numbers stay.
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id")),
    # The shake that met nobody.
    sa.Column("ticket_id", sa.String(64)),
    sa.Column("day", sa.Date, nullable=False),
    # The person's first, second or third card of the day.
    sa.Column("slot", sa.SmallInteger, nullable=False),
    sa.Column("shown_at", Timestamp, nullable=False),
    sa.Column("followed_at", Timestamp),
    sa.UniqueConstraint("person_id", "day", "slot"),
    sa.UniqueConstraint("sponsorship_id", "person_id", "day"),
    sa.UniqueConstraint("person_id", "ticket_id"),
    sa.CheckConstraint("slot BETWEEN 1 AND 3", name="three_a_day"),
)

sponsorship_grant = sa.Table(
    "sponsorship_grant",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sponsorship_id", sa.BigInteger, sa.ForeignKey("sponsorship.id"), nullable=False),
    # Empty once the account is deleted.
    sa.Column("person_id", sa.BigInteger, sa.ForeignKey("account.id")),
    sa.Column("showing_id", sa.BigInteger, sa.ForeignKey("sponsorship_showing.id"), nullable=False),
    sa.Column("coupon_id", sa.BigInteger, sa.ForeignKey("coupon.id"), unique=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("granted_at", Timestamp, nullable=False),
    # The paid order in which the coupon was used.
    sa.Column("order_id", sa.BigInteger, sa.ForeignKey("shop_order.id"), unique=True),
    sa.Column("ordered_at", Timestamp),
    sa.CheckConstraint("(order_id IS NULL) = (ordered_at IS NULL)", name="order_dated"),
)
# One coupon for each person, and one for each card.
sa.Index("uq_sponsorship_grant_person", sponsorship_grant.c.sponsorship_id, sponsorship_grant.c.person_id, unique=True)
sa.Index("uq_sponsorship_grant_showing", sponsorship_grant.c.showing_id, unique=True)
sa.Index("ix_sponsorship_grant_person", sponsorship_grant.c.person_id)

sponsorship_move = sa.Table(
    "sponsorship_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sponsorship_id", sa.BigInteger, sa.ForeignKey("sponsorship.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(8)),
    sa.Column("to_state", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
)
