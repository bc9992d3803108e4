"""Categories of goods and their rules."""

import sqlalchemy as sa

from miaohui.kit.db import Json, metadata

category = sa.Table(
    "category",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("parent_id", sa.BigInteger, sa.ForeignKey("category.id")),
    sa.Column("slug", sa.String(40), nullable=False, unique=True),
    sa.Column("name_zh", sa.String(40), nullable=False),
    sa.Column("name_en", sa.String(60), nullable=False),
    # What the platform takes of the goods, in basis points.
    sa.Column("fee_bp", sa.Integer, nullable=False),
    # Days after delivery within which a sound thing may go back without a reason; 0 means never.
    sa.Column("return_days", sa.Integer, nullable=False),
    # Kinds of papers that a shop must have accepted before it lists here.
    sa.Column("qualifications", Json, nullable=False),
    sa.Column("deposit_minor", sa.BigInteger, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.CheckConstraint("fee_bp BETWEEN 0 AND 10000", name="fee_is_a_share"),
    sa.CheckConstraint("return_days >= 0", name="return_days_not_negative"),
)
