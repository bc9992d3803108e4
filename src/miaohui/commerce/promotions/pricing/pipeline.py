"""The price of what somebody wants to buy: all steps in their order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from miaohui.commerce.promotions.pricing.activity_price import Activity, activity_price
from miaohui.commerce.promotions.pricing.ad_coupon import ad_coupon
from miaohui.commerce.promotions.pricing.basket import Basket, PricedLine, Share, Step
from miaohui.commerce.promotions.pricing.freight_coupon import freight_coupon
from miaohui.commerce.promotions.pricing.item_discount import item_discount
from miaohui.commerce.promotions.pricing.platform_coupon import platform_coupon
from miaohui.commerce.promotions.pricing.rules import Coupon, Promotion
from miaohui.commerce.promotions.pricing.shop_coupon import shop_coupon
from miaohui.commerce.promotions.pricing.threshold import cross_shop_threshold, shop_threshold

FreightOf = Callable[[Mapping[int, int]], Mapping[int, int]]
"""From what is paid for the goods of each line to what each line's part of the freight is, both by line id."""


class LineShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one step takes off one line. step freight: off its freight; all others off its goods."""

    step: str
    ref: str
    label: str
    amount_minor: int
    shop_minor: int
    platform_minor: int
    ad_minor: int
    ad_account: str | None


class LinePrice(msgspec.Struct, frozen=True, kw_only=True):
    """What a line costs: goods_minor - discount_minor + freight_minor = payable_minor, none below 0.

    goods_minor: price × quantity. discount_minor: off the goods. freight_minor: after freight_discount_minor.
    platform_minor, ad_minor: what others than the shop put in for the buyer, for goods and freight.
    pool_kind, pool_ref: from which stock it is sold.
    """

    line_id: int
    shop_id: int
    goods_minor: int
    discount_minor: int
    freight_minor: int
    freight_discount_minor: int
    payable_minor: int
    platform_minor: int
    ad_minor: int
    ad_account: str | None
    pool_kind: Literal["shelf", "flash"]
    pool_ref: str
    shares: tuple[LineShare, ...]


class Pricing(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a trade, explained step by step. lines: by id. coupon_ids: those that it uses."""

    lines: tuple[LinePrice, ...]
    steps: tuple[Step, ...]
    goods_minor: int
    discount_minor: int
    freight_minor: int
    freight_discount_minor: int
    payable_minor: int
    coupon_ids: tuple[int, ...]


def no_freight(goods: Mapping[int, int]) -> Mapping[int, int]:
    """Send everything free."""
    return dict.fromkeys(goods, 0)


def price_lines(
    *,
    lines: Sequence[PricedLine],
    promotions: Sequence[Promotion] = (),
    coupons: Sequence[Coupon] = (),
    freight_of: FreightOf = no_freight,
) -> Pricing:
    """Price the selected lines. Their order, and that of promotions and coupons, changes nothing.

    coupons: those among which each step may choose its best one; where the buyer has chosen, only those.
    Each step starts from what the step before has left, and takes off at most that.
    """
    basket = start = Basket.of(lines)
    if len(basket.lines) != len(lines):
        raise ValueError("two lines have the same id")
    steps, chosen = activity_price(basket, promotions)
    basket = basket.after(steps)
    stages: Sequence[Callable[[Basket], list[Step]]] = (
        lambda basket: item_discount(basket, promotions, taken=chosen),
        lambda basket: shop_threshold(basket, promotions),
        lambda basket: shop_coupon(basket, coupons),
        lambda basket: cross_shop_threshold(basket, promotions),
        lambda basket: platform_coupon(basket, coupons),
        lambda basket: ad_coupon(basket, coupons),
    )
    for stage in stages:
        found = stage(basket)
        basket, steps = basket.after(found), [*steps, *found]
    full_freight = basket.with_left(freight_of(basket.left))
    on_freight = freight_coupon(full_freight, coupons, goods=basket)
    freight = full_freight.after(on_freight)
    steps += on_freight
    used = {coupon.ref: coupon.id for coupon in coupons}
    priced = tuple(
        _line(
            line,
            goods=start.left,
            left=basket.left,
            full=full_freight.left,
            freight=freight.left,
            steps=steps,
            activity=chosen.get(line.line_id),
        )
        for line in basket.lines.values()
    )
    return Pricing(
        lines=priced,
        steps=tuple(steps),
        goods_minor=sum(line.goods_minor for line in priced),
        discount_minor=sum(line.discount_minor for line in priced),
        freight_minor=sum(line.freight_minor for line in priced),
        freight_discount_minor=sum(line.freight_discount_minor for line in priced),
        payable_minor=sum(line.payable_minor for line in priced),
        coupon_ids=tuple(used[step.ref] for step in steps if step.ref in used),
    )


def _line(
    line: PricedLine,
    *,
    goods: Mapping[int, int],
    left: Mapping[int, int],
    full: Mapping[int, int],
    freight: Mapping[int, int],
    steps: Sequence[Step],
    activity: Activity | None,
) -> LinePrice:
    shares = tuple(
        _line_share(step, share)
        for step in steps
        for share in step.shares
        if share.line_id == line.line_id and share.amount_minor
    )
    line_id = line.line_id
    return LinePrice(
        line_id=line_id,
        shop_id=line.shop_id,
        goods_minor=goods[line_id],
        discount_minor=goods[line_id] - left[line_id],
        freight_minor=freight[line_id],
        freight_discount_minor=full[line_id] - freight[line_id],
        payable_minor=left[line_id] + freight[line_id],
        platform_minor=sum(share.platform_minor for share in shares),
        ad_minor=sum(share.ad_minor for share in shares),
        ad_account=next((share.ad_account for share in shares if share.ad_minor), None),
        pool_kind="flash" if activity is not None and activity.pool_ref else "shelf",
        pool_ref="" if activity is None else activity.pool_ref,
        shares=shares,
    )


def _line_share(step: Step, share: Share) -> LineShare:
    return LineShare(
        step=step.step,
        ref=step.ref,
        label=step.label,
        amount_minor=share.amount_minor,
        shop_minor=share.shop_minor,
        platform_minor=share.platform_minor,
        ad_minor=share.ad_minor,
        ad_account=share.ad_account,
    )
