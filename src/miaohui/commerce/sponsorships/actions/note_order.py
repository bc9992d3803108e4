"""Note in which order a sponsored coupon was used."""

import sqlalchemy as sa

from miaohui.commerce.promotions.queries import coupons_of_trade
from miaohui.commerce.sponsorships.events import SponsorCouponOrdered
from miaohui.commerce.sponsorships.queries import grant_of_coupon, sponsorship_by_id
from miaohui.commerce.sponsorships.tables import sponsorship_grant
from miaohui.kit.db import Tx


def note_order(tx: Tx, *, order_id: int, trade_id: int, shop_id: int) -> None:
    """Count a paid order for the campaigns whose coupon it used; again changes nothing."""
    for one in coupons_of_trade(tx, trade_id):
        grant = grant_of_coupon(tx, one.id)
        found = None if grant is None else sponsorship_by_id(tx, grant.sponsorship_id)
        if grant is None or found is None or found.shop_id != shop_id:
            continue
        unused = sa.and_(sponsorship_grant.c.id == grant.id, sponsorship_grant.c.order_id.is_(None))
        values = {"order_id": order_id, "ordered_at": tx.now}
        if tx.changed(sa.update(sponsorship_grant).where(unused).values(**values)):
            tx.emit(
                SponsorCouponOrdered(
                    sponsorship_id=found.id, person_id=one.owner_id, coupon_id=one.id, order_id=order_id, at=tx.now
                )
            )


def forget_order(tx: Tx, *, order_id: int) -> None:
    """Count an order no more that has ended without goods; its coupon may lead to another one."""
    used = sponsorship_grant.c.order_id == order_id
    tx.execute(sa.update(sponsorship_grant).where(used).values(order_id=None, ordered_at=None))
