"""Step 1: the price of an activity, where there is one; of several the lowest."""

from collections.abc import Sequence

import msgspec

from miaohui.commerce.promotions.pricing.basket import Basket, PricedLine, Share, Step, bear
from miaohui.commerce.promotions.pricing.rules import FlashRule, Promotion
from miaohui.commerce.promotions.pricing.sentences import Sentence


class Activity(msgspec.Struct, frozen=True):
    """Which sale a line takes part in. pool_ref: the stock that is set apart for it; empty for the shelf."""

    promotion_id: int
    pool_ref: str


def activity_price(basket: Basket, promotions: Sequence[Promotion]) -> tuple[list[Step], dict[int, Activity]]:
    """Return the steps of all flash sales in which lines take part, and by line in which.

    A line takes part as a whole or not at all: its quantity must be within the sale's limit and what is left.
    """
    sales = [(one, one.rule) for one in sorted(promotions, key=_by_id) if isinstance(one.rule, FlashRule)]
    left = {(sale.id, variant_id): units for sale, _ in sales for variant_id, units in sale.left.items()}
    shares: dict[int, list[Share]] = {sale.id: [] for sale, _ in sales}
    chosen: dict[int, Activity] = {}
    for line in basket.lines.values():
        offers = [
            (rule.prices[line.variant_id], sale.id, sale, rule)
            for sale, rule in sales
            if _may_take_part(line, sale, rule, left)
        ]
        if not offers:
            continue
        price, _, sale, rule = min(offers, key=lambda offer: offer[:2])
        set_apart = line.variant_id in rule.units
        if set_apart:
            left[sale.id, line.variant_id] -= line.quantity
        shares[sale.id].append(bear(line, (line.price_minor - price) * line.quantity, sale.bearers))
        chosen[line.line_id] = Activity(sale.id, str(sale.id) if set_apart else "")
    return [_step(basket, sale, shares[sale.id]) for sale, _ in sales if shares[sale.id]], chosen


def _may_take_part(line: PricedLine, sale: Promotion, rule: FlashRule, left: dict[tuple[int, int], int]) -> bool:
    return (
        sale.shop_id in (None, line.shop_id)
        and rule.prices.get(line.variant_id, line.price_minor) < line.price_minor
        and (rule.per_person is None or line.quantity <= rule.per_person)
        and (line.variant_id not in rule.units or left.get((sale.id, line.variant_id), 0) >= line.quantity)
    )


def _step(basket: Basket, sale: Promotion, shares: Sequence[Share]) -> Step:
    off = sum(share.amount_minor for share in shares)
    return Step(
        step="activity",
        ref=sale.ref,
        label=sale.name,
        base_minor=sum(basket.left[share.line_id] for share in shares),
        discount_minor=off,
        sentence=Sentence(kind="flash", name=sale.name, off_minor=off),
        shares=tuple(shares),
    )


def _by_id(promotion: Promotion) -> int:
    return promotion.id
