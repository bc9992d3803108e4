"""Offers that run, for stories that do not care who made them."""

from datetime import timedelta
from typing import Any

from miaohui.commerce.promotions.actions.save_promotion import create_promotion, set_promotion_state
from miaohui.commerce.promotions.actions.save_template import create_template, set_template_state
from miaohui.commerce.promotions.offer_forms import PromotionForm, TemplateForm
from miaohui.commerce.promotions.pricing.rules import CouponRule, ItemRule, PromotionRule
from miaohui.kit.clock import Clock
from miaohui.kit.db import Database

TEN_OFF = CouponRule(from_minor=5000, off_minor=1000)


def template_form(clock: Clock, **changes: Any) -> TemplateForm:
    """Return the form of a shop's coupon that is good for a week."""
    week = {"starts_at": clock.now(), "ends_at": clock.now() + timedelta(days=7)}
    usual = {"stacking": "shop", "name": "灯会券", "rule": TEN_OFF, "quota": 100, **week}
    return TemplateForm(**{**usual, **changes})


def open_template(db: Database, clock: Clock, *, shop_id: int | None, by_id: int, **changes: Any) -> int:
    """Make a coupon template, open it, and return its id."""
    form = template_form(clock, **changes)
    made = db.write_sync(create_template, shop_id=shop_id, form=form, by_id=by_id)
    db.write_sync(set_template_state, template_id=made.id, shop_id=shop_id, state="active", by_id=by_id)
    return made.id


def start_promotion(
    db: Database, clock: Clock, *, shop_id: int | None, by_id: int, rule: PromotionRule, **changes: Any
) -> int:
    """Make a promotion that runs for a day, start it, and return its id."""
    day = {"starts_at": clock.now(), "ends_at": clock.now() + timedelta(days=1)}
    form = PromotionForm(**{"name": "灯会特惠", "rule": rule, **day, **changes})
    made = db.write_sync(create_promotion, shop_id=shop_id, form=form, by_id=by_id)
    db.write_sync(set_promotion_state, promotion_id=made.id, shop_id=shop_id, state="active", by_id=by_id)
    return made.id


def give_offers(db: Database, clock: Clock, *, shop_id: int, by_id: int) -> dict[str, str]:
    """Give a shop a template and a promotion that nobody has seen yet, and return their ids."""
    template = db.write_sync(create_template, shop_id=shop_id, form=template_form(clock), by_id=by_id)
    day = {"starts_at": clock.now(), "ends_at": clock.now() + timedelta(days=1)}
    form = PromotionForm(name="灯会特惠", rule=ItemRule(off_minor=100), **day)
    promotion = db.write_sync(create_promotion, shop_id=shop_id, form=form, by_id=by_id)
    return {"template": str(template.id), "promotion": str(promotion.id)}
