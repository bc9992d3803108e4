"""Reads of commission offers. The catalogue asks them, so that an offer knows a product by its id alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.commerce.affiliate.tables import commission_offer
from miaohui.kit.db import Prepared, Tx


class CommissionOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a shop pays of a product's price to whoever sells it."""

    product_id: int
    shop_id: int
    rate_bp: int
    state: Literal["active", "ended"]
    changed_at: datetime


_COLUMNS = tuple(commission_offer.c[field] for field in CommissionOffer.__struct_fields__)
_RATES = Prepared(
    sa.select(commission_offer.c.product_id, commission_offer.c.rate_bp).where(
        commission_offer.c.product_id.in_(sa.bindparam("product_ids", expanding=True)),
        commission_offer.c.state == "active",
    )
)


def commission_rates(tx: Tx, product_ids: Iterable[int]) -> dict[int, int]:
    """Return the rate in basis points of each of these products that carries an active offer."""
    return dict(tx.rows(_RATES, product_ids=sorted(set(product_ids))))


def active_offers() -> sa.Select[tuple[int]]:
    """Select the products that carry an active offer, for statements about products."""
    return sa.select(commission_offer.c.product_id).where(commission_offer.c.state == "active")


def offers_of_shop(tx: Tx, shop_id: int) -> list[CommissionOffer]:
    """Return the offers of a shop, ended ones too, by product."""
    mine = sa.select(*_COLUMNS).where(commission_offer.c.shop_id == shop_id)
    return tx.all(mine.order_by(commission_offer.c.product_id), CommissionOffer)
