"""Steps 3 and 5: so much off from an amount on, in one shop or across them; the best one of each counts."""

from collections.abc import Callable, Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, PricedLine, Step, take_off
from miaohui.commerce.promotions.pricing.choice import best
from miaohui.commerce.promotions.pricing.rules import Promotion, ThresholdRule, ThresholdStep, step_off
from miaohui.commerce.promotions.pricing.sentences import Sentence, SentenceKind


def shop_threshold(basket: Basket, promotions: Sequence[Promotion]) -> list[Step]:
    """Return one step for each shop that has a threshold which its selected goods reach."""
    steps = []
    for shop_id in sorted({line.shop_id for line in basket.lines.values()}):
        own = [one for one in promotions if one.shop_id == shop_id]
        steps += _best(basket, own, lambda line, shop_id=shop_id: line.shop_id == shop_id)  # type: ignore[misc]
    return steps


def cross_shop_threshold(basket: Basket, promotions: Sequence[Promotion]) -> list[Step]:
    """Return the step of the platform's best threshold, over the goods of all shops."""
    return _best(basket, [one for one in promotions if one.shop_id is None], lambda line: True)


def _best(basket: Basket, promotions: Sequence[Promotion], among: Callable[[PricedLine], bool]) -> list[Step]:
    offers = [(one, one.rule) for one in sorted(promotions, key=lambda one: one.id)]
    return best(_use(basket, one, rule, among) for one, rule in offers if isinstance(rule, ThresholdRule))


def _use(basket: Basket, offer: Promotion, rule: ThresholdRule, among: Callable[[PricedLine], bool]) -> Step | None:
    named = rule.product_ids

    def is_for(line: PricedLine) -> bool:
        return among(line) and (named is None or line.product_id in named)

    lines = basket.select(is_for, offer.bearers)
    base = basket.base(lines)
    reached = [step for step in rule.steps if step.from_minor <= base]
    if not lines or not reached:
        return None
    highest = max(reached, key=lambda step: step.from_minor)
    off = step_off(highest, base)
    return take_off(
        basket,
        lines,
        off,
        step="platform" if offer.shop_id is None else "threshold",
        ref=offer.ref,
        label=offer.name,
        bearers=offer.bearers,
        sentence=_sentence(offer, highest, off),
    )


def _sentence(offer: Promotion, reached: ThresholdStep, off: int) -> Sentence:
    percent = reached.percent_off_bp or 0
    kind: SentenceKind
    if offer.shop_id is None:
        kind = "cross_shop_percent" if percent else "cross_shop_amount"
    else:
        kind = "threshold_percent" if percent else "threshold_amount"
    return Sentence(kind=kind, name=offer.name, off_minor=off, from_minor=reached.from_minor, percent_bp=percent)
