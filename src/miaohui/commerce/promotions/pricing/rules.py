"""What lowers prices, as the steps of the pipeline read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from miaohui.kit.money import portion

Stacking = Literal["shop", "platform", "ad", "freight"]
PromotionKind = Literal["flash", "item", "threshold"]


class Bearers(msgspec.Struct, frozen=True, kw_only=True):
    """Who bears what is taken off, in basis points that sum to 10,000. ad_account: who pays `ad_bp`."""

    shop_bp: int = 10_000
    platform_bp: int = 0
    ad_bp: int = 0
    ad_account: str | None = None


class FlashRule(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="flash", forbid_unknown_fields=True):
    """Prices by variant for as long as it lasts. units: how many of each are set apart; a variant that is not
    named there is sold from the shelf. per_person: units of a variant in one purchase."""

    prices: dict[int, int]
    units: dict[int, int] = {}
    per_person: int | None = None


class ItemRule(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="item", forbid_unknown_fields=True):
    """So much off each unit of these products, or such a part of its price. product_ids: None for all."""

    product_ids: list[int] | None = None
    off_minor: int | None = None
    percent_off_bp: int | None = None


class ThresholdStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From this amount on, so much or such a part off."""

    from_minor: int
    off_minor: int | None = None
    percent_off_bp: int | None = None


class ThresholdRule(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="threshold", forbid_unknown_fields=True
):
    """Steps of an amount; the highest one that is reached counts. product_ids: None for all."""

    steps: list[ThresholdStep]
    product_ids: list[int] | None = None


PromotionRule = FlashRule | ItemRule | ThresholdRule


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that runs. shop_id: None for the platform's own. left: free units of a flash sale by variant."""

    id: int
    shop_id: int | None
    name: str
    rule: PromotionRule
    bearers: Bearers = Bearers()
    left: Mapping[int, int] = {}

    @property
    def ref(self) -> str:
        return f"promotion:{self.id}"


class CouponRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From this amount on, so much off, or such a part but at most so much."""

    from_minor: int = 0
    off_minor: int | None = None
    percent_off_bp: int | None = None
    most_minor: int | None = None

    def off(self, base: int) -> int:
        """Return what it takes off a base that reaches `from_minor`."""
        return _off(base, self.off_minor, self.percent_off_bp, self.most_minor)


class Scope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods of any of these categories or products; both empty means all goods."""

    category_ids: list[int] = []
    product_ids: list[int] = []


class Coupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that somebody holds and may use now. shop_id: whose goods it is for; None for all shops."""

    id: int
    template_id: int
    stacking: Stacking
    shop_id: int | None
    name: str
    rule: CouponRule
    scope: Scope = Scope()
    bearers: Bearers = Bearers()
    expires_at: datetime

    @property
    def ref(self) -> str:
        return f"coupon:{self.id}"


def step_off(step: ThresholdStep, base: int) -> int:
    """Return what a step takes off a base that reaches it."""
    return _off(base, step.off_minor, step.percent_off_bp, None)


def _off(base: int, off_minor: int | None, percent_off_bp: int | None, most_minor: int | None) -> int:
    off = off_minor or 0
    if percent_off_bp:
        off = portion(base, percent_off_bp)
    if most_minor is not None:
        off = min(off, most_minor)
    return min(off, base)
