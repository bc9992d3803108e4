"""Step 8: one coupon for the freight. What its threshold counts is the goods, after everything else."""

from collections.abc import Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, Step
from miaohui.commerce.promotions.pricing.choice import best_coupon
from miaohui.commerce.promotions.pricing.rules import Coupon


def freight_coupon(freight: Basket, coupons: Sequence[Coupon], *, goods: Basket) -> list[Step]:
    """Return the step of the best freight coupon. freight: the lines with their freight in place of their price."""
    own = [coupon for coupon in coupons if coupon.stacking == "freight"]
    return best_coupon(freight, own, step="freight", kind="freight_coupon", goods=goods)
