"""Give coupons back when a trade ended without what they were for."""

from collections import Counter
from collections.abc import Sequence

from miaohui.commerce.promotions.actions.use_coupons import count_used
from miaohui.commerce.promotions.moves import move_coupon
from miaohui.commerce.promotions.queries import coupons_of_trade
from miaohui.commerce.promotions.states import CouponState
from miaohui.kit.db import Tx


def return_coupons(tx: Tx, *, trade_id: int, coupon_ids: Sequence[int] | None = None) -> list[int]:
    """Give a trade's coupons back to their owner, kept or used, and return which; again finds nothing to do.

    coupon_ids: only these, as when one of several orders ended. A coupon whose time is over is expired.
    """
    found = [one for one in coupons_of_trade(tx, trade_id) if coupon_ids is None or one.id in coupon_ids]
    used = Counter(one.template_id for one in found if one.state == "used")
    count_used(tx, Counter({template_id: -number for template_id, number in used.items()}))
    for one in found:
        new: CouponState = "granted" if one.expires_at > tx.now else "expired"
        move_coupon(
            tx,
            one.id,
            old=one.state,
            new=new,
            reason=f"returned:{trade_id}",
            trade_id=None,
            used_at=None,
        )
    return [one.id for one in found]
