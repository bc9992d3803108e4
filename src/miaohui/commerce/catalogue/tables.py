"""Products, variants, pictures, showcases, and the goods that a clip carries."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

product = sa.Table(
    "product",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.id"), nullable=False),
    sa.Column("category_id", sa.BigInteger, sa.ForeignKey("category.id"), nullable=False),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    # {"材质": "竹"}: name and value, in the seller's order.
    sa.Column("attributes", Json, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("review_note", sa.String(300)),
    sa.Column("currency", sa.String(3), nullable=False),
    # Of the active variants; kept up so that lists need no join.
    sa.Column("min_price_minor", sa.BigInteger, nullable=False),
    sa.Column("max_price_minor", sa.BigInteger, nullable=False),
    sa.Column("cover", sa.String(80)),
    sa.Column("freight_template_id", sa.BigInteger),
    sa.Column("sold", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("listed_at", Timestamp),
    sa.CheckConstraint("state IN ('draft', 'review', 'rejected', 'listed', 'delisted', 'removed')", name="state_known"),
    sa.CheckConstraint("min_price_minor >= 0 AND max_price_minor >= min_price_minor", name="prices_ordered"),
)
_listed = product.c.state == "listed"
sa.Index("ix_product_shop", product.c.shop_id, product.c.id)
sa.Index("ix_product_listed", product.c.listed_at, product.c.id, sqlite_where=_listed, postgresql_where=_listed)
sa.Index(
    "ix_product_category",
    product.c.category_id,
    product.c.listed_at,
    product.c.id,
    sqlite_where=_listed,
    postgresql_where=_listed,
)
sa.Index("ix_product_sold", product.c.sold, product.c.id, sqlite_where=_listed, postgresql_where=_listed)
sa.Index("ix_product_price", product.c.min_price_minor, product.c.id, sqlite_where=_listed, postgresql_where=_listed)
# None on `state` alone: SQLite would take it for every list, and sort all goods.
_in_review = product.c.state == "review"
sa.Index("ix_product_review", product.c.id, sqlite_where=_in_review, postgresql_where=_in_review)

variant = sa.Table(
    "variant",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), nullable=False),
    # The seller's own number for it.
    sa.Column("code", sa.String(60), nullable=False),
    # {"颜色": "朱红", "尺寸": "大"}; its canonical text, so that no two variants are alike.
    sa.Column("options", Json, nullable=False),
    sa.Column("options_key", sa.String(300), nullable=False),
    sa.Column("price_minor", sa.BigInteger, nullable=False),
    # A struck-out price is shown only where it has really been asked: set when a price goes down, by nobody's hand.
    sa.Column("list_price_minor", sa.BigInteger),
    # Since when the price has been asked.
    sa.Column("priced_at", Timestamp, nullable=False),
    sa.Column("weight_g", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.UniqueConstraint("product_id", "options_key"),
    sa.CheckConstraint("state IN ('active', 'retired')", name="state_known"),
    sa.CheckConstraint("price_minor >= 0 AND weight_g >= 0", name="not_negative"),
)

product_picture = sa.Table(
    "product_picture",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    # Without size and suffix: `{key}-{240|720|1440}.webp`.
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
)
sa.Index("ix_product_picture_product", product_picture.c.product_id, product_picture.c.position)

product_move = sa.Table(
    "product_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), nullable=False, index=True),
    sa.Column("from_state", sa.String(10)),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("at", Timestamp, nullable=False),
)

showcase_item = sa.Table(
    "showcase_item",
    metadata,
    sa.Column("owner_kind", sa.String(6), primary_key=True),
    sa.Column("owner_id", sa.BigInteger, primary_key=True),
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("added_at", Timestamp, nullable=False),
    sa.CheckConstraint("owner_kind IN ('person', 'shop')", name="owner_known"),
)
sa.Index("ix_showcase_item_product", showcase_item.c.product_id)

video_product = sa.Table(
    "video_product",
    metadata,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("video.id"), primary_key=True),
    sa.Column("product_id", sa.BigInteger, sa.ForeignKey("product.id"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("added_at", Timestamp, nullable=False),
)
sa.Index("ix_video_product_product", video_product.c.product_id)
