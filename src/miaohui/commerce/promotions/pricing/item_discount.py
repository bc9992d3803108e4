"""Step 2: a discount on certain goods; of several the best for each line. Lines at an activity's price have theirs."""

from collections.abc import Collection, Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, PricedLine, Share, Step, bear
from miaohui.commerce.promotions.pricing.rules import ItemRule, Promotion
from miaohui.commerce.promotions.pricing.sentences import Sentence
from miaohui.kit.money import portion


def item_discount(basket: Basket, promotions: Sequence[Promotion], *, taken: Collection[int]) -> list[Step]:
    """Return the steps of all item discounts. taken: the lines that have an activity's price."""
    offers = [(one, one.rule) for one in sorted(promotions, key=lambda one: one.id) if isinstance(one.rule, ItemRule)]
    best: dict[int, tuple[int, Promotion]] = {}
    for offer, rule in offers:
        for line in basket.select(lambda line, o=offer, r=rule: _is_for(line, o, r), offer.bearers):  # type: ignore[misc]
            off = _off(basket, line, rule)
            if line.line_id not in taken and off > best.get(line.line_id, (0, offer))[0]:
                best[line.line_id] = off, offer
    steps = []
    for offer, rule in offers:
        shares = [
            bear(line, best[line.line_id][0], offer.bearers)
            for line in basket.lines.values()
            if line.line_id in best and best[line.line_id][1].id == offer.id
        ]
        if shares:
            steps.append(_step(basket, offer, rule, shares))
    return steps


def _is_for(line: PricedLine, offer: Promotion, rule: ItemRule) -> bool:
    named = rule.product_ids is None or line.product_id in rule.product_ids
    return named and offer.shop_id in (None, line.shop_id)


def _off(basket: Basket, line: PricedLine, rule: ItemRule) -> int:
    left = basket.left[line.line_id]
    if rule.percent_off_bp:
        return min(portion(left, rule.percent_off_bp), left)
    return min((rule.off_minor or 0) * line.quantity, left)


def _step(basket: Basket, offer: Promotion, rule: ItemRule, shares: Sequence[Share]) -> Step:
    off = sum(share.amount_minor for share in shares)
    percent = rule.percent_off_bp or 0
    return Step(
        step="item",
        ref=offer.ref,
        label=offer.name,
        base_minor=sum(basket.left[share.line_id] for share in shares),
        discount_minor=off,
        sentence=Sentence(
            kind="item_percent" if percent else "item_amount", name=offer.name, off_minor=off, percent_bp=percent
        ),
        shares=tuple(shares),
    )
