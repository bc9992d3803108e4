"""Reads of promotions, coupon templates and coupons."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.commerce.catalogue.tables import variant
from miaohui.commerce.categories.queries import leaves_below
from miaohui.commerce.inventory.queries import units_set_apart
from miaohui.commerce.inventory.tables import stock_pool
from miaohui.commerce.promotions.pricing.rules import (
    Bearers,
    Coupon,
    CouponRule,
    FlashRule,
    Promotion,
    PromotionRule,
    Scope,
    Stacking,
)
from miaohui.commerce.promotions.states import CouponState, PromotionState, TemplateState
from miaohui.commerce.promotions.tables import coupon, coupon_template, promotion
from miaohui.kit.db import Prepared, Tx


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon template as it stands in the database."""

    id: int
    stacking: Stacking
    shop_id: int | None
    name: str
    rule: CouponRule
    scope: Scope
    shop_bp: int
    platform_bp: int
    ad_bp: int
    ad_account: str | None
    quota: int
    granted: int
    used: int
    per_person: int
    claimable: bool
    starts_at: datetime
    ends_at: datetime
    valid_days: int | None
    state: TemplateState

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "rule", msgspec.convert(self.rule, CouponRule))
        msgspec.structs.force_setattr(self, "scope", msgspec.convert(self.scope, Scope))

    @property
    def bearers(self) -> Bearers:
        return _bearers(self)


class StoredPromotion(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion as it stands in the database."""

    id: int
    shop_id: int | None
    name: str
    rule: PromotionRule
    shop_bp: int
    platform_bp: int
    ad_bp: int
    ad_account: str | None
    state: PromotionState
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if isinstance(self.rule, str):
            msgspec.structs.force_setattr(self, "rule", decode_rule(self.rule))

    @property
    def bearers(self) -> Bearers:
        return _bearers(self)


class HeldCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon in somebody's hands."""

    id: int
    template_id: int
    owner_id: int
    number: int
    state: CouponState
    trade_id: int | None
    source: str
    granted_at: datetime
    expires_at: datetime
    used_at: datetime | None


class RunningSale(msgspec.Struct, frozen=True, kw_only=True):
    """A flash sale in which a variant takes part now. before_minor: what a unit costs without it.

    left: free units that are set apart for it, None where the shelf is sold. per_person: units in one purchase.
    variants: how many its product has.
    """

    promotion_id: int
    product_id: int
    name: str
    price_minor: int
    before_minor: int
    ends_at: datetime
    left: int | None
    per_person: int | None
    variants: int

    def is_for(self, quantity: int) -> bool:
        """Return whether so many units are sold at its price at once; the price pipeline asks the same."""
        return (self.per_person is None or quantity <= self.per_person) and (self.left is None or quantity <= self.left)


_TEMPLATE = tuple(coupon_template.c[field] for field in Template.__struct_fields__)
_PROMOTION = tuple(
    sa.type_coerce(column, sa.Text).label("rule") if column.name == "rule" else column
    for column in (promotion.c[field] for field in StoredPromotion.__struct_fields__)
)
_COUPON = tuple(coupon.c[field] for field in HeldCoupon.__struct_fields__)

# Built once: making a statement anew takes longer than SQLite takes to answer it.
_RUNNING = Prepared(
    sa.select(*_PROMOTION).where(
        sa.or_(promotion.c.shop_id.in_(sa.bindparam("shop_ids", expanding=True)), promotion.c.shop_id.is_(None)),
        promotion.c.state == "active",
        promotion.c.starts_at <= sa.bindparam("now", type_=promotion.c.starts_at.type),
        promotion.c.ends_at > sa.bindparam("now", type_=promotion.c.ends_at.type),
    )
)
# Held first: asked of each variant, it would go through all that the shops on a page have ever had.
_running = (
    sa.select(
        promotion.c.id,
        promotion.c.shop_id,
        promotion.c.name,
        sa.type_coerce(promotion.c.rule, sa.Text).label("rule"),
        promotion.c.ends_at,
    )
    .where(
        sa.or_(promotion.c.shop_id.in_(sa.bindparam("shop_ids", expanding=True)), promotion.c.shop_id.is_(None)),
        promotion.c.kind == "flash",
        promotion.c.state == "active",
        promotion.c.starts_at <= sa.bindparam("now", type_=promotion.c.starts_at.type),
        promotion.c.ends_at > sa.bindparam("now", type_=promotion.c.ends_at.type),
    )
    .cte("running")
    .prefix_with("MATERIALIZED")
)
_sibling = variant.alias()
_RUNNING_SALES = Prepared(
    sa.select(
        *_running.c,
        variant.c.id.label("variant_id"),
        variant.c.product_id,
        variant.c.price_minor,
        sa.select(sa.func.count())
        .select_from(_sibling)
        .where(_sibling.c.product_id == variant.c.product_id, _sibling.c.state == "active")
        .scalar_subquery()
        .label("variants"),
        sa.select(sa.func.sum(stock_pool.c.on_hand - stock_pool.c.reserved))
        .where(
            stock_pool.c.variant_id == variant.c.id,
            stock_pool.c.kind == "flash",
            stock_pool.c.ref == sa.cast(_running.c.id, sa.String),
        )
        .scalar_subquery()
        .label("free"),
    )
    # The rule names its variants as keys: {"prices": {"17": 9900}}.
    .join_from(
        _running,
        variant,
        _running.c.rule.like(sa.literal('%"', sa.Text) + sa.cast(variant.c.id, sa.String) + sa.literal('":%', sa.Text)),
    )
    .where(
        variant.c.product_id.in_(sa.bindparam("product_ids", expanding=True)),
        variant.c.state == "active",
    )
)
_OF_TRADE = Prepared(sa.select(*_COUPON).where(coupon.c.trade_id == sa.bindparam("trade_id")).order_by(coupon.c.id))
_USABLE = Prepared(
    sa.select(
        coupon.c.id,
        coupon.c.template_id,
        coupon_template.c.stacking,
        coupon_template.c.shop_id,
        coupon_template.c.name,
        coupon_template.c.rule,
        coupon_template.c.scope,
        coupon_template.c.shop_bp,
        coupon_template.c.platform_bp,
        coupon_template.c.ad_bp,
        coupon_template.c.ad_account,
        coupon.c.expires_at,
    )
    .join(coupon_template, coupon_template.c.id == coupon.c.template_id)
    .where(
        coupon.c.owner_id == sa.bindparam("owner_id"),
        coupon.c.state == "granted",
        coupon.c.expires_at > sa.bindparam("now", type_=coupon.c.expires_at.type),
        coupon_template.c.starts_at <= sa.bindparam("now", type_=coupon_template.c.starts_at.type),
        sa.or_(
            coupon_template.c.shop_id.in_(sa.bindparam("shop_ids", expanding=True)), coupon_template.c.shop_id.is_(None)
        ),
    )
)


_RULES: msgspec.json.Decoder[PromotionRule] = msgspec.json.Decoder(PromotionRule)


@lru_cache(maxsize=4096)
def decode_rule(text: str) -> PromotionRule:
    """Return a stored rule; the same text is decoded once."""
    return _RULES.decode(text)


def active_promotions(tx: Tx, *, shop_ids: Iterable[int], now: datetime) -> list[Promotion]:
    """Return what runs in these shops and on the whole platform, in one query, and one more for flash sales."""
    found = tx.all(_RUNNING, StoredPromotion, shop_ids=sorted(set(shop_ids)), now=now)
    sales = [one.id for one in found if isinstance(one.rule, FlashRule) and one.rule.units]
    left = units_set_apart(tx, kind="flash", pool_refs=[str(sale_id) for sale_id in sales]) if sales else {}
    return [
        Promotion(
            id=one.id,
            shop_id=one.shop_id,
            name=one.name,
            rule=one.rule,
            bearers=one.bearers,
            left=left.get(str(one.id), {}),
        )
        for one in found
    ]


def running_sales(tx: Tx, *, products: Mapping[int, int]) -> dict[int, list[RunningSale]]:
    """Return by variant the flash sales by which these goods are sold now, in one query.

    products: by id whose shop's. Of a variant's sales the first is the one that the price pipeline chooses for a
    unit; one that lowers nothing or has nothing left is absent, and so are variants without any.
    """
    if not products:
        return {}
    shops = sorted(set(products.values()))
    found: dict[int, list[RunningSale]] = {}
    for row in tx.rows(_RUNNING_SALES, product_ids=sorted(products), shop_ids=shops, now=tx.now):
        rule = decode_rule(row.rule)
        is_for_it = row.shop_id in (None, products[row.product_id])
        if not isinstance(rule, FlashRule) or not is_for_it or row.variant_id not in rule.prices:
            continue
        left = int(row.free or 0) if row.variant_id in rule.units else None
        price = rule.prices[row.variant_id]
        if price < row.price_minor and left != 0:
            sale = RunningSale(
                promotion_id=row.id,
                product_id=row.product_id,
                name=row.name,
                price_minor=price,
                before_minor=row.price_minor,
                ends_at=row.ends_at,
                left=left,
                per_person=rule.per_person,
                variants=row.variants,
            )
            found.setdefault(row.variant_id, []).append(sale)
    for sales in found.values():
        sales.sort(key=lambda one: (one.price_minor, one.promotion_id))
    return found


def flash_sales_of(tx: Tx, *, shop_id: int) -> list[StoredPromotion]:
    """Return the flash sales that run in a shop now, the platform's included, those that end first in front."""
    found = tx.all(_RUNNING, StoredPromotion, shop_ids=[shop_id], now=tx.now)
    return sorted((one for one in found if isinstance(one.rule, FlashRule)), key=lambda one: (one.ends_at, one.id))


def usable_coupons(tx: Tx, *, owner_id: int, shop_ids: Iterable[int]) -> list[Coupon]:
    """Return the coupons that somebody may use now for goods of these shops, whether or not a cart reaches them."""
    rows = tx.rows(_USABLE, owner_id=owner_id, shop_ids=sorted(set(shop_ids)), now=tx.now)
    scopes = {row.template_id: msgspec.convert(row.scope, Scope) for row in rows}
    below = _below(tx, {one for scope in scopes.values() for one in scope.category_ids})
    return [
        Coupon(
            id=row.id,
            template_id=row.template_id,
            stacking=row.stacking,
            shop_id=row.shop_id,
            name=row.name,
            rule=msgspec.convert(row.rule, CouponRule),
            scope=_widened(scopes[row.template_id], below),
            bearers=_bearers(row),
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def template_by_id(tx: Tx, template_id: int) -> Template | None:
    """Return a template, whoever asks."""
    return tx.one(sa.select(*_TEMPLATE).where(coupon_template.c.id == template_id), Template)


def templates_by_id(tx: Tx, template_ids: Iterable[int]) -> dict[int, Template]:
    """Return these templates by id."""
    wanted = coupon_template.c.id.in_(set(template_ids))
    return {one.id: one for one in tx.all(sa.select(*_TEMPLATE).where(wanted), Template)}


def templates_of(tx: Tx, *, shop_id: int | None, before_id: int | None = None, limit: int = 50) -> list[Template]:
    """Return a shop's templates for its console, or the platform's; newest first."""
    statement = sa.select(*_TEMPLATE).where(_belongs(coupon_template.c.shop_id, shop_id))
    if before_id is not None:
        statement = statement.where(coupon_template.c.id < before_id)
    return tx.all(statement.order_by(coupon_template.c.id.desc()).limit(limit), Template)


def claimable_templates(tx: Tx, *, shop_id: int | None, limit: int = 50) -> list[Template]:
    """Return what can be claimed of a shop's coupons, or of the platform's, those that end first in front."""
    columns = coupon_template.c
    open_now = (columns.state == "active", columns.claimable, columns.starts_at <= tx.now, columns.ends_at > tx.now)
    statement = sa.select(*_TEMPLATE).where(_belongs(columns.shop_id, shop_id), *open_now)
    return tx.all(statement.order_by(columns.ends_at, columns.id).limit(limit), Template)


def promotion_by_id(tx: Tx, promotion_id: int) -> StoredPromotion | None:
    """Return a promotion, whoever asks."""
    return tx.one(sa.select(*_PROMOTION).where(promotion.c.id == promotion_id), StoredPromotion)


def promotions_of(
    tx: Tx, *, shop_id: int | None, before_id: int | None = None, limit: int = 50
) -> list[StoredPromotion]:
    """Return a shop's promotions for its console, or the platform's; newest first."""
    statement = sa.select(*_PROMOTION).where(_belongs(promotion.c.shop_id, shop_id))
    if before_id is not None:
        statement = statement.where(promotion.c.id < before_id)
    return tx.all(statement.order_by(promotion.c.id.desc()).limit(limit), StoredPromotion)


def coupons_of(
    tx: Tx, *, owner_id: int, state: CouponState | None = None, before_id: int | None = None, limit: int = 50
) -> list[HeldCoupon]:
    """Return somebody's coupons, newest first."""
    statement = sa.select(*_COUPON).where(coupon.c.owner_id == owner_id)
    if state is not None:
        statement = statement.where(coupon.c.state == state)
    if before_id is not None:
        statement = statement.where(coupon.c.id < before_id)
    return tx.all(statement.order_by(coupon.c.id.desc()).limit(limit), HeldCoupon)


def coupons_of_trade(tx: Tx, trade_id: int) -> list[HeldCoupon]:
    """Return the coupons that a trade has taken, by id."""
    return tx.all(_OF_TRADE, HeldCoupon, trade_id=trade_id)


def claims_of(tx: Tx, *, owner_id: int, template_ids: Iterable[int]) -> dict[int, int]:
    """Return how many coupons of each template somebody has had; 0 for none."""
    wanted = set(template_ids)
    statement = (
        sa.select(coupon.c.template_id, sa.func.count().label("claims"))
        .where(coupon.c.template_id.in_(wanted), coupon.c.owner_id == owner_id)
        .group_by(coupon.c.template_id)
    )
    found: Mapping[int, int] = {row.template_id: row.claims for row in tx.execute(statement)}
    return {template_id: found.get(template_id, 0) for template_id in wanted}


def _bearers(row: Any) -> Bearers:
    return Bearers(shop_bp=row.shop_bp, platform_bp=row.platform_bp, ad_bp=row.ad_bp, ad_account=row.ad_account)


def _belongs(column: sa.ColumnElement[Any], shop_id: int | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if shop_id is None else column == shop_id


def _below(tx: Tx, category_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    return {category_id: leaves_below(tx, category_id) for category_id in category_ids}


def _widened(scope: Scope, below: Mapping[int, frozenset[int]]) -> Scope:
    """Return the scope with all categories below those that it names."""
    if not scope.category_ids:
        return scope
    every = sorted(frozenset().union(*(below[category_id] for category_id in scope.category_ids)))
    return Scope(category_ids=every or scope.category_ids, product_ids=scope.product_ids)
