"""Step 5: one coupon of the platform."""

from collections.abc import Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, Step
from miaohui.commerce.promotions.pricing.choice import best_coupon
from miaohui.commerce.promotions.pricing.rules import Coupon


def platform_coupon(basket: Basket, coupons: Sequence[Coupon]) -> list[Step]:
    """Return the step of the best one of the platform's coupons."""
    own = [coupon for coupon in coupons if coupon.stacking == "platform"]
    return best_coupon(basket, own, step="platform", kind="platform_coupon")
