"""Let coupons and offers end when their time is over, and a person's coupons when they leave."""

import sqlalchemy as sa

from miaohui.commerce.inventory.actions.move_stock import drain_pools
from miaohui.commerce.inventory.queries import stocked_refs
from miaohui.commerce.promotions.moves import move_coupon, move_promotion, move_template
from miaohui.commerce.promotions.tables import coupon, coupon_template, promotion
from miaohui.kit.db import Tx

A_BATCH = 500
"""Rows in one transaction: on SQLite everybody else's writes wait for it."""


def expire_coupons(tx: Tx) -> int:
    """Expire coupons whose time is over, and return how many; fewer than `A_BATCH` means that all are done."""
    over = (coupon.c.state == "granted", coupon.c.expires_at <= tx.now)
    statement = sa.select(coupon.c.id).where(*over).order_by(coupon.c.expires_at).limit(A_BATCH)
    # Skips what somebody is using at this moment: a kept coupon is used or returned, and then it is expired.
    found = sorted(tx.scalars(statement.with_for_update(skip_locked=True)))
    for coupon_id in found:
        move_coupon(tx, coupon_id, old="granted", new="expired", reason="time")
    return len(found)


def end_offers(tx: Tx) -> int:
    """End templates and promotions whose time is over, and return how many."""
    columns = coupon_template.c
    over = sa.and_(columns.state.in_(("active", "paused")), columns.ends_at <= tx.now)
    templates = tx.execute(sa.select(columns.id, columns.state).where(over).order_by(columns.id).limit(A_BATCH)).all()
    for row in templates:
        move_template(tx, row.id, old=row.state, new="ended", reason="time", by_id=None)
    running = sa.and_(promotion.c.state == "active", promotion.c.ends_at <= tx.now)
    promotions = tx.scalars(sa.select(promotion.c.id).where(running).order_by(promotion.c.id).limit(A_BATCH))
    for promotion_id in promotions:
        move_promotion(tx, promotion_id, old="active", new="ended", reason="time", by_id=None)
    return len(templates) + len(promotions)


def drain_sales(tx: Tx) -> int:
    """Bring what ended sales have set apart and not sold back to the shelf; return how many units.

    Also what an unpaid order gave back after the sale's end comes home that way.
    """
    stocked = [int(ref) for ref in stocked_refs(tx, kind="flash")]
    ended = sa.select(promotion.c.id).where(promotion.c.id.in_(stocked), promotion.c.state == "ended")
    return sum(drain_pools(tx, kind="flash", pool_ref=str(sale_id)) for sale_id in tx.scalars(ended))


def revoke_coupons(tx: Tx, *, owner_id: int) -> None:
    """Take away the unused coupons of somebody who leaves."""
    unused = (coupon.c.owner_id == owner_id, coupon.c.state == "granted")
    for coupon_id in tx.scalars(sa.select(coupon.c.id).where(*unused).order_by(coupon.c.id)):
        move_coupon(tx, coupon_id, old="granted", new="revoked", reason="account deleted")
