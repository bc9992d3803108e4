"""The selected lines on their way through the pipeline, and how an amount is taken off them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from miaohui.commerce.promotions.pricing.rules import Bearers
from miaohui.commerce.promotions.pricing.sentences import Sentence
from miaohui.kit.money import share_out

StepName = Literal["activity", "item", "threshold", "shop", "platform", "ad", "freight"]


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is to be priced. price_minor: of one unit, before everything that lowers it."""

    line_id: int
    shop_id: int
    product_id: int
    variant_id: int
    category_id: int
    quantity: int
    price_minor: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One line's part of what a step takes off, and who bears it."""

    line_id: int
    amount_minor: int
    shop_minor: int
    platform_minor: int
    ad_minor: int
    ad_account: str | None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one promotion or coupon takes off.

    base_minor: what its lines cost before. shares: of its lines by id, those of 0 included; they sum to
    discount_minor, and none is more than its line cost.
    """

    step: StepName
    ref: str
    label: str
    base_minor: int
    discount_minor: int
    sentence: Sentence
    shares: tuple[Share, ...]


class Basket(msgspec.Struct, frozen=True):
    """Lines by id, what is left to pay for each, and whose advertising money is in it."""

    lines: Mapping[int, PricedLine]
    left: Mapping[int, int]
    ad_accounts: Mapping[int, str] = {}

    @staticmethod
    def of(lines: Iterable[PricedLine]) -> "Basket":
        by_id = {line.line_id: line for line in sorted(lines, key=lambda line: line.line_id)}
        return Basket(by_id, {line.line_id: line.price_minor * line.quantity for line in by_id.values()})

    def select(self, fits: Callable[[PricedLine], bool], bearers: Bearers) -> list[PricedLine]:
        """Return the lines by id that a rule is for. A line takes one advertiser's money, not two's."""
        return [
            line
            for line in self.lines.values()
            if fits(line)
            and (bearers.ad_bp == 0 or self.ad_accounts.get(line.line_id, bearers.ad_account) == bearers.ad_account)
        ]

    def base(self, lines: Iterable[PricedLine]) -> int:
        """Return what these lines cost now."""
        return sum(self.left[line.line_id] for line in lines)

    def after(self, steps: Sequence[Step]) -> "Basket":
        """Return the basket from which these steps have taken their part."""
        left = dict(self.left)
        accounts = dict(self.ad_accounts)
        for share in (share for step in steps for share in step.shares):
            left[share.line_id] -= share.amount_minor
            if share.ad_minor and share.ad_account is not None:
                accounts[share.line_id] = share.ad_account
        return Basket(self.lines, left, accounts)

    def with_left(self, left: Mapping[int, int]) -> "Basket":
        """Return the same lines with other amounts: their freight."""
        return Basket(self.lines, left, self.ad_accounts)


def take_off(
    basket: Basket,
    lines: Sequence[PricedLine],
    discount: int,
    *,
    step: StepName,
    ref: str,
    label: str,
    bearers: Bearers,
    sentence: Sentence,
) -> Step:
    """Share a discount out over lines in proportion to what they cost now; ties go to the lower line id."""
    base = basket.base(lines)
    discount = min(discount, base)
    amounts = share_out(discount, [basket.left[line.line_id] for line in lines])
    return Step(
        step=step,
        ref=ref,
        label=label,
        base_minor=base,
        discount_minor=discount,
        sentence=sentence,
        shares=tuple(bear(line, amount, bearers) for line, amount in zip(lines, amounts, strict=True)),
    )


def bear(line: PricedLine, amount: int, bearers: Bearers) -> Share:
    """Return a line's share, split among those who bear it; the three sum to it exactly."""
    shop, platform, ad = share_out(amount, [bearers.shop_bp, bearers.platform_bp, bearers.ad_bp])
    return Share(
        line_id=line.line_id,
        amount_minor=amount,
        shop_minor=shop,
        platform_minor=platform,
        ad_minor=ad,
        ad_account=bearers.ad_account if bearers.ad_bp else None,
    )
