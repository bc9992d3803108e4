"""Parcels, what is in them, and what carriers say of them."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

parcel = sa.Table(
    "parcel",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("order_id", sa.BigInteger, sa.ForeignKey("shop_order.id"), nullable=False, index=True),
    sa.Column("shop_id", sa.BigInteger, nullable=False, index=True),
    # `out` to the buyer, `back` to the shop.
    sa.Column("direction", sa.String(4), nullable=False),
    # The after-sales case that a parcel on its way back belongs to.
    sa.Column("case_id", sa.BigInteger, index=True),
    sa.Column("carrier", sa.String(20), nullable=False),
    sa.Column("waybill", sa.String(40), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("sender", Json, nullable=False),
    sa.Column("receiver", Json, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    # The carrier's time of the newest event; older ones never move it back.
    sa.Column("state_at", Timestamp, nullable=False),
    sa.Column("signed_at", Timestamp),
    sa.UniqueConstraint("carrier", "waybill"),
    sa.CheckConstraint("direction IN ('out', 'back')", name="direction_known"),
    sa.CheckConstraint(
        "state IN ('created', 'picked_up', 'in_transit', 'out_for_delivery', 'signed', 'problem', 'attempt_failed',"
        " 'at_pickup_point', 'refused', 'returning', 'returned', 'lost', 'expired')",
        name="state_known",
    ),
)

parcel_line = sa.Table(
    "parcel_line",
    metadata,
    sa.Column("parcel_id", sa.BigInteger, sa.ForeignKey("parcel.id"), primary_key=True),
    sa.Column("order_line_id", sa.BigInteger, sa.ForeignKey("order_line.id"), primary_key=True, index=True),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.CheckConstraint("quantity > 0", name="quantity_positive"),
)

parcel_event = sa.Table(
    "parcel_event",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("parcel_id", sa.BigInteger, sa.ForeignKey("parcel.id"), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("carrier_at", Timestamp, nullable=False),
    sa.Column("text", sa.String(300), nullable=False),
    sa.Column("place", sa.String(100), nullable=False),
    sa.Column("received_at", Timestamp, nullable=False),
    # What the carrier repeats is heard once.
    sa.UniqueConstraint("parcel_id", "carrier_at", "state", "text"),
)
