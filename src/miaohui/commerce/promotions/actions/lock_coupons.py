"""Keep coupons for a trade until it is paid or closed."""

from collections.abc import Sequence

from miaohui.commerce.promotions.moves import CouponNotUsable, move_coupon
from miaohui.commerce.promotions.queries import coupons_of_trade
from miaohui.commerce.promotions.tables import coupon
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id


def lock_coupons(tx: Tx, *, coupon_ids: Sequence[int], owner_id: int, trade_id: int) -> None:
    """Keep these coupons of somebody for a trade, all or none; those that it keeps already stay.

    Raises CouponNotUsable for the first one that cannot be had.
    """
    taken = {one.id: one for one in coupons_of_trade(tx, trade_id)}
    # By id, so that two trades that reach for the same coupons meet at the same one.
    for coupon_id in sorted(set(coupon_ids)):
        if coupon_id in taken:
            if taken[coupon_id].owner_id != owner_id:
                raise CouponNotUsable(coupon_id=format_id(coupon_id))
            continue
        mine = (coupon.c.owner_id == owner_id) & (coupon.c.expires_at > tx.now)
        move_coupon(
            tx,
            coupon_id,
            old="granted",
            new="locked",
            reason=f"trade:{trade_id}",
            condition=mine,
            trade_id=trade_id,
        )
