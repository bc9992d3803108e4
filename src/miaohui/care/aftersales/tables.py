"""After-sales cases, their evidence, and disputes."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

aftersale = sa.Table(
    "aftersale",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("order_id", sa.BigInteger, sa.ForeignKey("shop_order.id"), nullable=False, index=True),
    sa.Column("order_line_id", sa.BigInteger, sa.ForeignKey("order_line.id"), nullable=False),
    sa.Column("shop_id", sa.BigInteger, nullable=False),
    sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(14), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(30), nullable=False),
    sa.Column("words", sa.String(500), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    # What the buyer asks, what the shop offers instead, what was agreed or judged.
    sa.Column("asked_minor", sa.BigInteger, nullable=False),
    sa.Column("offered_minor", sa.BigInteger),
    # The offer may also be of another kind: part of the money, and the buyer keeps the goods.
    sa.Column("offered_kind", sa.String(14)),
    sa.Column("offers", sa.Integer, nullable=False, default=0),
    sa.Column("agreed_minor", sa.BigInteger),
    sa.Column("currency", sa.String(3), nullable=False),
    # Whether the goods left the shop before the case was opened.
    sa.Column("was_shipped", sa.Boolean, nullable=False),
    sa.Column("refund_id", sa.BigInteger),
    # The variant that comes instead, of an exchange.
    sa.Column("wanted_variant_id", sa.BigInteger),
    # When the carrier handed the returned goods to the shop.
    sa.Column("return_signed_at", Timestamp),
    # When this state ends by itself; null where nobody waits.
    sa.Column("deadline_at", Timestamp),
    sa.Column("opened_at", Timestamp, nullable=False),
    sa.Column("closed_at", Timestamp),
    sa.CheckConstraint("kind IN ('refund_only', 'return_refund', 'exchange')", name="kind_known"),
    sa.CheckConstraint(
        "state IN ('applied', 'wait_buyer_confirm', 'wait_return', 'return_shipped', 'wait_reship', 'reshipped',"
        " 'rejected', 'disputed', 'refunding', 'platform_refunding', 'refund_abnormal', 'refunded', 'done', 'closed', 'cancelled')",
        name="state_known",
    ),
    sa.CheckConstraint(
        "is_open = (state NOT IN ('refunded', 'done', 'closed', 'cancelled'))", name="open_until_it_ends"
    ),
    sa.CheckConstraint("quantity >= 0 AND asked_minor >= 0", name="not_negative"),
    sa.CheckConstraint("offered_kind IN ('refund_only', 'return_refund')", name="offered_kind_known"),
)
_open = sa.text("is_open")
sa.Index("uq_aftersale_open_line", aftersale.c.order_line_id, unique=True, sqlite_where=_open, postgresql_where=_open)
sa.Index("ix_aftersale_line", aftersale.c.order_line_id)
sa.Index("ix_aftersale_shop", aftersale.c.shop_id, aftersale.c.id)
sa.Index("ix_aftersale_deadline", aftersale.c.deadline_at, sqlite_where=_open, postgresql_where=_open)

aftersale_move = sa.Table(
    "aftersale_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("aftersale_id", sa.BigInteger, sa.ForeignKey("aftersale.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(20)),
    sa.Column("to_state", sa.String(20), nullable=False),
    # buyer, shop, platform, clock, carrier, provider.
    sa.Column("by_side", sa.String(10), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("words", sa.String(500), nullable=False),
    sa.Column("data", Json),
    sa.Column("at", Timestamp, nullable=False),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("aftersale_id", sa.BigInteger, sa.ForeignKey("aftersale.id"), nullable=False, index=True),
    sa.Column("by_side", sa.String(10), nullable=False),
    sa.Column("by_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    # Below `private/`: for the two sides and the platform only.
    sa.Column("file", sa.String(200)),
    sa.Column("words", sa.String(500), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)

dispute = sa.Table(
    "dispute",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("aftersale_id", sa.BigInteger, sa.ForeignKey("aftersale.id"), nullable=False, unique=True),
    sa.Column("shop_id", sa.BigInteger, nullable=False),
    sa.Column("buyer_id", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # Proof is asked for in rounds; the judgement may be appealed once.
    sa.Column("round", sa.Integer, nullable=False),
    # Who is asked in this round, and since when.
    sa.Column("proof_from", sa.String(6)),
    sa.Column("proof_asked_at", Timestamp),
    sa.Column("awarded_minor", sa.BigInteger),
    sa.Column("verdict", sa.String(8)),
    # The buyer gets the money once the goods are back with the shop.
    sa.Column("goods_first", sa.Boolean, nullable=False, default=False),
    sa.Column("appealed_by", sa.String(10)),
    sa.Column("judged_by", sa.BigInteger),
    sa.Column("deadline_at", Timestamp),
    sa.Column("opened_at", Timestamp, nullable=False),
    sa.Column("closed_at", Timestamp),
    sa.CheckConstraint(
        "state IN ('open', 'wait_proof', 'ready', 'judged', 'appealed', 'final', 'withdrawn')", name="state_known"
    ),
    sa.CheckConstraint("verdict IN ('buyer', 'seller', 'split')", name="verdict_known"),
    sa.CheckConstraint("proof_from IN ('buyer', 'shop', 'both')", name="proof_from_known"),
    sa.CheckConstraint("awarded_minor >= 0", name="not_negative"),
)
sa.Index("ix_dispute_state", dispute.c.state, dispute.c.id)

dispute_move = sa.Table(
    "dispute_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("dispute_id", sa.BigInteger, sa.ForeignKey("dispute.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16), nullable=False),
    sa.Column("by_side", sa.String(10), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("words", sa.String(500), nullable=False),
    sa.Column("at", Timestamp, nullable=False),
)
