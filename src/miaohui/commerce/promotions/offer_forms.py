"""What an offer must look like before it is stored."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from miaohui.commerce.promotions.pricing.rules import (
    Bearers,
    CouponRule,
    FlashRule,
    ItemRule,
    PromotionRule,
    Scope,
    Stacking,
    ThresholdStep,
)
from miaohui.kit.errors import Refusal
from miaohui.kit.money import BASIS_POINTS

MOST_MINOR = 10_000_000_00
MOST_COUPONS = 10_000_000
MOST_NAMED = 500
_NAME_LENGTH = 60
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_AD_ACCOUNT = re.compile(r"ad_budget:[A-Za-z0-9_-]{1,60}")


class InvalidOffer(Refusal):
    """The promotion or template makes no sense as it is; the detail says why."""

    code = "invalid_offer"
    status = 400
    title = "This offer cannot work as it is"


class TemplateForm(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon template as somebody wants it."""

    stacking: Stacking
    name: str
    rule: CouponRule
    scope: Scope = Scope()
    bearers: Bearers = Bearers()
    quota: int
    per_person: int = 1
    claimable: bool = True
    starts_at: datetime
    ends_at: datetime
    valid_days: int | None = None


class PromotionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion as somebody wants it."""

    name: str
    rule: PromotionRule
    bearers: Bearers = Bearers()
    starts_at: datetime
    ends_at: datetime


def check_template(form: TemplateForm, *, shop_id: int | None) -> None:
    """Refuse a template that makes no sense, or by which a shop would spend others' money. Raises InvalidOffer."""
    _check_common(form.name, form.bearers, form.starts_at, form.ends_at, shop_id)
    if (form.stacking == "shop") != (shop_id is not None) and not (form.stacking == "freight"):
        raise InvalidOffer("A shop gives its own coupons and freight coupons; the platform gives all others.")
    _check_coupon(form)


def check_bearers_and_rule(form: TemplateForm) -> None:
    """Refuse a template of a sponsor that makes no sense; whose it may be, its caller decides. Raises InvalidOffer."""
    _check_common(form.name, form.bearers, form.starts_at, form.ends_at, None)
    _check_coupon(form)


def _check_coupon(form: TemplateForm) -> None:
    if not 1 <= form.quota <= MOST_COUPONS or not 1 <= form.per_person <= form.quota:
        raise InvalidOffer("The numbers of coupons do not fit each other.")
    if form.valid_days is not None and not 1 <= form.valid_days <= 3650:
        raise InvalidOffer("A coupon is good for at least one day.")
    _check_off(form.rule.off_minor, form.rule.percent_off_bp)
    _check_amounts(form.rule.from_minor, form.rule.most_minor or 0)
    _check_named([*form.scope.category_ids, *form.scope.product_ids])


def check_promotion(form: PromotionForm, *, shop_id: int | None) -> None:
    """Refuse a promotion that makes no sense, or by which a shop would spend others' money. Raises InvalidOffer."""
    _check_common(form.name, form.bearers, form.starts_at, form.ends_at, shop_id)
    rule = form.rule
    if isinstance(rule, FlashRule):
        _check_flash(rule)
    elif isinstance(rule, ItemRule):
        _check_off(rule.off_minor, rule.percent_off_bp)
        _check_named(rule.product_ids)
    else:
        _check_steps(rule.steps)
        _check_named(rule.product_ids)


def _check_common(name: str, bearers: Bearers, starts_at: datetime, ends_at: datetime, shop_id: int | None) -> None:
    if not 1 <= len(name.strip()) <= _NAME_LENGTH or any(ord(sign) < 32 for sign in name):
        raise InvalidOffer("An offer has a name of 1 to 60 characters.")
    if not all(_FIRST_YEAR <= moment.year <= _LAST_YEAR for moment in (starts_at, ends_at)):
        raise InvalidOffer("An offer begins and ends in this century.")
    if ends_at <= starts_at:
        raise InvalidOffer("An offer ends after it begins.")
    parts = (bearers.shop_bp, bearers.platform_bp, bearers.ad_bp)
    if min(parts) < 0 or sum(parts) != BASIS_POINTS:
        raise InvalidOffer("The parts of those who bear it must sum to the whole.")
    if shop_id is not None and bearers.shop_bp != BASIS_POINTS:
        raise InvalidOffer("A shop bears its own offers.")
    if (bearers.ad_bp > 0) != (bearers.ad_account is not None):
        raise InvalidOffer("An advertiser's part names the advertiser's budget.")
    if bearers.ad_account is not None and not _AD_ACCOUNT.fullmatch(bearers.ad_account):
        raise InvalidOffer("An advertiser's part names the advertiser's budget.")


def _check_flash(rule: FlashRule) -> None:
    _check_amounts(*rule.prices.values())
    _check_named(list(rule.prices))
    if not rule.prices or not rule.units.keys() <= rule.prices.keys():
        raise InvalidOffer("A flash sale names the price of everything that is in it.")
    if any(not 1 <= units <= MOST_COUPONS for units in rule.units.values()):
        raise InvalidOffer("What is set apart for a flash sale is at least one unit of each.")
    if rule.per_person is not None and rule.per_person < 1:
        raise InvalidOffer("Everybody may have at least one.")


def _check_steps(steps: Sequence[ThresholdStep]) -> None:
    if not 1 <= len(steps) <= 10 or len({step.from_minor for step in steps}) != len(steps):
        raise InvalidOffer("A threshold has 1 to 10 steps, each from another amount on.")
    for step in steps:
        _check_amounts(step.from_minor)
        _check_off(step.off_minor, step.percent_off_bp)


def _check_off(off_minor: int | None, percent_off_bp: int | None) -> None:
    if (off_minor is None) == (percent_off_bp is None):
        raise InvalidOffer("An offer takes off either an amount or a part.")
    if off_minor is not None and not 1 <= off_minor <= MOST_MINOR:
        raise InvalidOffer("An amount is more than nothing.")
    if percent_off_bp is not None and not 1 <= percent_off_bp <= BASIS_POINTS:
        raise InvalidOffer("A part is more than nothing and at most the whole.")


def _check_amounts(*amounts: int) -> None:
    if any(not 0 <= amount <= MOST_MINOR for amount in amounts):
        raise InvalidOffer("An amount is not below zero.")


def _check_named(ids: Sequence[int] | None) -> None:
    if ids is not None and len(ids) > MOST_NAMED:
        raise InvalidOffer("An offer names at most 500 goods or categories.")
