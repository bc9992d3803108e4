"""Step 4: one coupon of each shop."""

from collections.abc import Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, Step
from miaohui.commerce.promotions.pricing.choice import best_coupon
from miaohui.commerce.promotions.pricing.rules import Coupon


def shop_coupon(basket: Basket, coupons: Sequence[Coupon]) -> list[Step]:
    """Return one step for each shop of which a coupon can be used."""
    steps = []
    for shop_id in sorted({line.shop_id for line in basket.lines.values()}):
        own = [coupon for coupon in coupons if coupon.stacking == "shop" and coupon.shop_id == shop_id]
        steps += best_coupon(basket, own, step="shop", kind="shop_coupon")
    return steps
