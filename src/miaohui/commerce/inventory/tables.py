"""Pools of stock, holds on them, and every movement."""

import sqlalchemy as sa

from miaohui.kit.db import Timestamp, metadata

stock_pool = sa.Table(
    "stock_pool",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("variant_id", sa.BigInteger, sa.ForeignKey("variant.id"), nullable=False),
    sa.Column("kind", sa.String(6), nullable=False),
    # What a flash or room pool belongs to: the promotion's or the room's id; empty for the shelf.
    sa.Column("ref", sa.String(40), nullable=False),
    # A hot variant's pool is cut into several rows, so that buyers do not all wait for one.
    sa.Column("slot", sa.Integer, nullable=False),
    sa.Column("on_hand", sa.Integer, nullable=False),
    sa.Column("reserved", sa.Integer, nullable=False),
    sa.Column("sold", sa.Integer, nullable=False),
    sa.UniqueConstraint("variant_id", "kind", "ref", "slot"),
    sa.CheckConstraint("kind IN ('shelf', 'flash', 'room')", name="kind_known"),
    sa.CheckConstraint("reserved >= 0 AND on_hand >= reserved", name="never_oversold"),
    sa.CheckConstraint("sold >= 0", name="sold_not_negative"),
)

stock_hold = sa.Table(
    "stock_hold",
    metadata,
    sa.Column("order_line_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pool_id", sa.BigInteger, sa.ForeignKey("stock_pool.id"), primary_key=True),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("shipped", sa.Integer, nullable=False),
    sa.Column("released", sa.Integer, nullable=False),
    # Of what was shipped, what came back as good as new.
    sa.Column("restocked", sa.Integer, nullable=False, default=0),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("held_at", Timestamp, nullable=False),
    sa.CheckConstraint("state IN ('held', 'committed', 'ended')", name="state_known"),
    sa.CheckConstraint("quantity > 0 AND shipped >= 0 AND released >= 0", name="not_negative"),
    sa.CheckConstraint("shipped + released <= quantity", name="within_quantity"),
    sa.CheckConstraint("restocked BETWEEN 0 AND shipped", name="restocked_were_shipped"),
    sa.CheckConstraint("(state = 'ended') = (shipped + released = quantity)", name="ended_is_empty"),
)

stock_movement = sa.Table(
    "stock_movement",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("pool_id", sa.BigInteger, sa.ForeignKey("stock_pool.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    # `line:7`, `parcel:3`, `import:…`: with pool and kind, each act moves stock once.
    sa.Column("ref", sa.String(80), nullable=False),
    sa.Column("on_hand_change", sa.Integer, nullable=False),
    sa.Column("reserved_change", sa.Integer, nullable=False),
    sa.Column("sold_change", sa.Integer, nullable=False),
    # Why, in the words of whoever counted or decided.
    sa.Column("note", sa.String(100), nullable=False, default=""),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
    sa.UniqueConstraint("pool_id", "kind", "ref"),
    sa.CheckConstraint(
        "kind IN ('receive', 'adjust', 'hold', 'release', 'commit', 'ship', 'restock', 'move')", name="kind_known"
    ),
)
sa.Index("ix_stock_movement_pool", stock_movement.c.pool_id, stock_movement.c.id)
sa.Index("ix_stock_hold_pool", stock_hold.c.pool_id)
