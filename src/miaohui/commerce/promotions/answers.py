"""Offers and coupons as the API shows and takes them: ids are strings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from miaohui.commerce.promotions.offer_forms import MOST_MINOR, MOST_NAMED, PromotionForm, TemplateForm
from miaohui.commerce.promotions.pricing.rules import (
    Bearers,
    CouponRule,
    FlashRule,
    ItemRule,
    PromotionRule,
    Scope,
    Stacking,
    ThresholdRule,
    ThresholdStep,
)
from miaohui.commerce.promotions.queries import (
    HeldCoupon,
    StoredPromotion,
    Template,
    claimable_templates,
    claims_of,
    coupons_of,
    promotions_of,
    templates_by_id,
    templates_of,
)
from miaohui.commerce.promotions.states import CouponState, PromotionState, TemplateState
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.paging import cut_page, decode_cursor

Minor = Annotated[int, msgspec.Meta(ge=0, le=MOST_MINOR)]
BasisPoints = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Units = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
Ids = Annotated[list[Id], msgspec.Meta(max_length=MOST_NAMED)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class ScopeBody(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of any of these categories, those below them included, or of these products; none means all goods."""

    category_ids: Ids = msgspec.field(default_factory=list)
    product_ids: Ids = msgspec.field(default_factory=list)


class CouponRuleBody(msgspec.Struct, frozen=True, kw_only=True):
    """From this amount on, so much off, or such a part but at most so much."""

    from_minor: Minor = 0
    off_minor: Minor | None = None
    percent_off_bp: BasisPoints | None = None
    most_minor: Minor | None = None


class BearersBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who bears it, in basis points that sum to 10,000. ad_account: the advertiser's budget, `ad_budget:9`."""

    shop_bp: BasisPoints = 10_000
    platform_bp: BasisPoints = 0
    ad_bp: BasisPoints = 0
    ad_account: Annotated[str, msgspec.Meta(max_length=80)] | None = None

    def value(self) -> Bearers:
        return Bearers(**msgspec.structs.asdict(self))


class FlashPriceBody(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a variant in a flash sale. units: set apart from the shelf; none means that the shelf is sold."""

    variant_id: Id
    price_minor: Minor
    units: Units | None = None


class FlashBody(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="flash"):
    """A flash sale. per_person: units of a variant in one purchase."""

    prices: Annotated[list[FlashPriceBody], msgspec.Meta(min_length=1, max_length=MOST_NAMED)]
    per_person: Units | None = None


class ItemBody(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="item"):
    """So much off each unit, or such a part of the price. product_ids: null for all goods."""

    product_ids: Ids | None = None
    off_minor: Minor | None = None
    percent_off_bp: BasisPoints | None = None


class ThresholdStepBody(msgspec.Struct, frozen=True, kw_only=True):
    """From this amount on, so much or such a part off."""

    from_minor: Minor
    off_minor: Minor | None = None
    percent_off_bp: BasisPoints | None = None


class ThresholdBody(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="threshold"):
    """Steps of an amount; the highest one that is reached counts. product_ids: null for all goods."""

    steps: Annotated[list[ThresholdStepBody], msgspec.Meta(min_length=1, max_length=10)]
    product_ids: Ids | None = None


RuleBody = FlashBody | ItemBody | ThresholdBody


class TemplateInput(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon template. per_person: how many each may have. valid_days: from the grant, where that ends sooner."""

    stacking: Stacking
    name: Name
    rule: CouponRuleBody
    # Made anew each time: the description of the API cannot hash a default that holds lists.
    scope: ScopeBody = msgspec.field(default_factory=ScopeBody)
    bearers: BearersBody = BearersBody()
    quota: Units
    per_person: Units = 1
    claimable: bool = True
    starts_at: Moment
    ends_at: Moment
    valid_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] | None = None

    def form(self) -> TemplateForm:
        values = {field: getattr(self, field) for field in self.__struct_fields__}
        scope = Scope(category_ids=_numbers(self.scope.category_ids), product_ids=_numbers(self.scope.product_ids))
        rule = CouponRule(**msgspec.structs.asdict(self.rule))
        return TemplateForm(**{**values, "scope": scope, "rule": rule, "bearers": self.bearers.value()})


class PromotionInput(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion."""

    name: Name
    rule: RuleBody
    bearers: BearersBody = BearersBody()
    starts_at: Moment
    ends_at: Moment

    def form(self) -> PromotionForm:
        return PromotionForm(
            name=self.name,
            rule=_rule(self.rule),
            bearers=self.bearers.value(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


class TemplateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon template as those who made it see it."""

    id: Id
    shop_id: Id | None
    state: TemplateState
    stacking: Stacking
    name: str
    rule: CouponRuleBody
    scope: ScopeBody
    bearers: BearersBody
    quota: int
    granted: int
    used: int
    per_person: int
    claimable: bool
    starts_at: datetime
    ends_at: datetime
    valid_days: int | None


class Templates(msgspec.Struct, frozen=True, kw_only=True):
    """A page of templates, newest first. cursor: for the next one; null at the end."""

    items: list[TemplateAnswer]
    cursor: str | None


class PromotionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion as those who made it see it."""

    id: Id
    shop_id: Id | None
    state: PromotionState
    name: str
    rule: RuleBody
    bearers: BearersBody
    starts_at: datetime
    ends_at: datetime


class Promotions(msgspec.Struct, frozen=True, kw_only=True):
    """A page of promotions, newest first. cursor: for the next one; null at the end."""

    items: list[PromotionAnswer]
    cursor: str | None


class CouponTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a coupon is good for. shop_id: whose goods; null for all shops."""

    template_id: Id
    shop_id: Id | None
    stacking: Stacking
    name: str
    rule: CouponRuleBody
    scope: ScopeBody


class CouponAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon of one's own. trade_id: which purchase keeps it or has used it."""

    id: Id
    state: CouponState
    terms: CouponTerms
    trade_id: Id | None
    granted_at: datetime
    starts_at: datetime
    expires_at: datetime


class Coupons(msgspec.Struct, frozen=True, kw_only=True):
    """A page of one's coupons, newest first. cursor: for the next one; null at the end."""

    items: list[CouponAnswer]
    cursor: str | None


class ClaimableCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that is given out. claimed: how many the asking person has had, of `per_person`."""

    terms: CouponTerms
    left: int
    per_person: int
    claimed: int
    starts_at: datetime
    ends_at: datetime


class ClaimableCoupons(msgspec.Struct, frozen=True, kw_only=True):
    """What is given out now, those that end first in front."""

    items: list[ClaimableCoupon]


def read_coupons(tx: Tx, *, owner_id: int, state: CouponState | None, cursor: str | None, limit: int) -> Coupons:
    """Return a page of somebody's coupons. Raises InvalidCursor."""
    before = _before(cursor)
    found = coupons_of(tx, owner_id=owner_id, state=state, before_id=before, limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.granted_at, one.id))
    return Coupons(items=describe_coupons(tx, shown), cursor=following)


def read_claimable(tx: Tx, *, shop_id: int | None, person_id: int | None) -> ClaimableCoupons:
    """Return what a shop gives out now, or with None the platform, and what this person has had of it."""
    found = claimable_templates(tx, shop_id=shop_id)
    ids = [one.id for one in found]
    had = {} if person_id is None else claims_of(tx, owner_id=person_id, template_ids=ids)
    return ClaimableCoupons(
        items=[
            ClaimableCoupon(
                terms=_terms(one),
                left=one.quota - one.granted,
                per_person=one.per_person,
                claimed=had.get(one.id, 0),
                starts_at=one.starts_at,
                ends_at=one.ends_at,
            )
            for one in found
        ]
    )


def read_templates(tx: Tx, *, shop_id: int | None, cursor: str | None, limit: int) -> Templates:
    """Return a page of a shop's templates, or with None the platform's. Raises InvalidCursor."""
    found = templates_of(tx, shop_id=shop_id, before_id=_before(cursor), limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.starts_at, one.id))
    return Templates(items=[describe_template(one) for one in shown], cursor=following)


def read_promotions(tx: Tx, *, shop_id: int | None, cursor: str | None, limit: int) -> Promotions:
    """Return a page of a shop's promotions, or with None the platform's. Raises InvalidCursor."""
    found = promotions_of(tx, shop_id=shop_id, before_id=_before(cursor), limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.starts_at, one.id))
    return Promotions(items=[describe_promotion(one) for one in shown], cursor=following)


def describe_coupons(tx: Tx, coupons: Sequence[HeldCoupon]) -> list[CouponAnswer]:
    """Return coupons as their owner sees them."""
    templates = templates_by_id(tx, {one.template_id for one in coupons})
    return [
        CouponAnswer(
            id=format_id(one.id),
            state=one.state,
            terms=_terms(templates[one.template_id]),
            trade_id=None if one.trade_id is None else format_id(one.trade_id),
            granted_at=one.granted_at,
            starts_at=templates[one.template_id].starts_at,
            expires_at=one.expires_at,
        )
        for one in coupons
    ]


def describe_template(one: Template) -> TemplateAnswer:
    """Return a template as the console shows it."""
    values = {field: getattr(one, field) for field in TemplateAnswer.__struct_fields__ if hasattr(one, field)}
    return TemplateAnswer(
        **{
            **values,
            "id": format_id(one.id),
            "shop_id": _id(one.shop_id),
            "rule": CouponRuleBody(**msgspec.structs.asdict(one.rule)),
            "scope": _scope(one.scope),
            "bearers": BearersBody(**msgspec.structs.asdict(one.bearers)),
        }
    )


def describe_promotion(one: StoredPromotion) -> PromotionAnswer:
    """Return a promotion as the console shows it."""
    return PromotionAnswer(
        id=format_id(one.id),
        shop_id=_id(one.shop_id),
        state=one.state,
        name=one.name,
        rule=_rule_body(one.rule),
        bearers=BearersBody(**msgspec.structs.asdict(one.bearers)),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
    )


def _terms(one: Template) -> CouponTerms:
    return CouponTerms(
        template_id=format_id(one.id),
        shop_id=_id(one.shop_id),
        stacking=one.stacking,
        name=one.name,
        rule=CouponRuleBody(**msgspec.structs.asdict(one.rule)),
        scope=_scope(one.scope),
    )


def _rule(body: RuleBody) -> PromotionRule:
    if isinstance(body, FlashBody):
        prices = {parse_id(one.variant_id): one.price_minor for one in body.prices}
        units = {parse_id(one.variant_id): one.units for one in body.prices if one.units is not None}
        return FlashRule(prices=prices, units=units, per_person=body.per_person)
    named = None if body.product_ids is None else _numbers(body.product_ids)
    if isinstance(body, ItemBody):
        return ItemRule(product_ids=named, off_minor=body.off_minor, percent_off_bp=body.percent_off_bp)
    steps = [ThresholdStep(**msgspec.structs.asdict(step)) for step in body.steps]
    return ThresholdRule(steps=steps, product_ids=named)


def _rule_body(rule: PromotionRule) -> RuleBody:
    if isinstance(rule, FlashRule):
        prices = [
            FlashPriceBody(variant_id=format_id(variant_id), price_minor=price, units=rule.units.get(variant_id))
            for variant_id, price in rule.prices.items()
        ]
        return FlashBody(prices=prices, per_person=rule.per_person)
    named = None if rule.product_ids is None else [format_id(one) for one in rule.product_ids]
    if isinstance(rule, ItemRule):
        return ItemBody(product_ids=named, off_minor=rule.off_minor, percent_off_bp=rule.percent_off_bp)
    steps = [ThresholdStepBody(**msgspec.structs.asdict(step)) for step in rule.steps]
    return ThresholdBody(steps=steps, product_ids=named)


def _scope(scope: Scope) -> ScopeBody:
    return ScopeBody(
        category_ids=[format_id(one) for one in scope.category_ids],
        product_ids=[format_id(one) for one in scope.product_ids],
    )


def _numbers(ids: Sequence[str]) -> list[int]:
    return [parse_id(one) for one in ids]


def _id(value: int | None) -> str | None:
    return None if value is None else format_id(value)


def _before(cursor: str | None) -> int | None:
    position = decode_cursor(cursor)
    return None if position is None else position[1]
