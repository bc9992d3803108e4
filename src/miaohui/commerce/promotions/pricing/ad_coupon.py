"""Step 6: one coupon that an advertiser or a creator gives."""

from collections.abc import Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, Step
from miaohui.commerce.promotions.pricing.choice import best_coupon
from miaohui.commerce.promotions.pricing.rules import Coupon


def ad_coupon(basket: Basket, coupons: Sequence[Coupon]) -> list[Step]:
    """Return the step of the best one of the advertisers' coupons."""
    own = [coupon for coupon in coupons if coupon.stacking == "ad"]
    return best_coupon(basket, own, step="ad", kind="ad_coupon")
