"""Make, change or end a commission offer."""

import sqlalchemy as sa

from miaohui.commerce.affiliate.events import CommissionOffered
from miaohui.commerce.affiliate.tables import commission_offer
from miaohui.commerce.merchants.names import invalid_field
from miaohui.kit.db import Tx, insert_or_update

HIGHEST_RATE_BP = 5000
"""Half of the price; beyond, it is a slip of the finger."""


def put_offer(tx: Tx, *, product_id: int, shop_id: int, rate_bp: int) -> None:
    """Offer this rate from now on; orders that are placed keep theirs.

    The catalogue's `offer_commission` has looked whose product it is. Raises InvalidInput.
    """
    if not 1 <= rate_bp <= HIGHEST_RATE_BP:
        raise invalid_field("/rate_bp", "%(least)d to %(most)d basis points", least=1, most=HIGHEST_RATE_BP)
    row = {"shop_id": shop_id, "rate_bp": rate_bp, "state": "active", "changed_at": tx.now}
    changes = {"rate_bp": rate_bp, "state": "active", "changed_at": tx.now}
    insert_or_update(tx, commission_offer, {"product_id": product_id, **row}, key=["product_id"], changes=changes)
    tx.emit(CommissionOffered(product_id=product_id, shop_id=shop_id, rate_bp=rate_bp))


def end_offer(tx: Tx, *, product_id: int) -> bool:
    """End a product's offer and return whether there was one. Clips that carry the product keep it."""
    active = sa.and_(commission_offer.c.product_id == product_id, commission_offer.c.state == "active")
    return bool(tx.changed(sa.update(commission_offer).where(active).values(state="ended", changed_at=tx.now)))
