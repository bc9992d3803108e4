"""Which of several offers counts where only one may."""

from collections.abc import Callable, Iterable, Sequence

from miaohui.commerce.promotions.pricing.basket import Basket, PricedLine, Step, StepName, take_off
from miaohui.commerce.promotions.pricing.rules import Coupon
from miaohui.commerce.promotions.pricing.sentences import Sentence, SentenceKind


def best(steps: Iterable[Step | None]) -> list[Step]:
    """Return the step that takes most off, as a list of one or none; among equals the first given."""
    worth = [step for step in steps if step is not None and step.discount_minor > 0]
    return [max(worth, key=lambda step: step.discount_minor)] if worth else []


def best_coupon(
    basket: Basket,
    coupons: Sequence[Coupon],
    *,
    step: StepName,
    kind: SentenceKind,
    among: Callable[[PricedLine], bool] = lambda line: True,
    goods: Basket | None = None,
) -> list[Step]:
    """Return what the best of these coupons takes off the lines that it is for; one that runs out soon goes first.

    goods: what counts toward a coupon's threshold where that is not what it is taken off, as with freight.
    """
    counted = goods or basket

    def use(coupon: Coupon) -> Step | None:
        lines = basket.select(lambda line: among(line) and covers(coupon, line), coupon.bearers)
        if not lines or counted.base(lines) < coupon.rule.from_minor:
            return None
        off = coupon.rule.off(basket.base(lines))
        sentence = Sentence(kind=kind, name=coupon.name, off_minor=off, from_minor=coupon.rule.from_minor)
        return take_off(
            basket,
            lines,
            off,
            step=step,
            ref=coupon.ref,
            label=coupon.name,
            bearers=coupon.bearers,
            sentence=sentence,
        )

    return best(use(coupon) for coupon in sorted(coupons, key=lambda coupon: (coupon.expires_at, coupon.id)))


def covers(coupon: Coupon, line: PricedLine) -> bool:
    """Return whether a coupon is for these goods."""
    scope = coupon.scope
    if coupon.shop_id is not None and coupon.shop_id != line.shop_id:
        return False
    everything = not scope.category_ids and not scope.product_ids
    return everything or line.category_id in scope.category_ids or line.product_id in scope.product_ids
