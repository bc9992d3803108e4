"""Coupons that an advertiser's budget bears: made and widened by who keeps the budget, never claimed by hand."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.commerce.promotions.moves import record_offer
from miaohui.commerce.promotions.offer_forms import TemplateForm, check_bearers_and_rule
from miaohui.commerce.promotions.pricing.rules import Bearers, CouponRule, Scope
from miaohui.commerce.promotions.tables import coupon_template
from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.kit.money import BASIS_POINTS


def open_sponsored_template(
    tx: Tx,
    *,
    shop_id: int,
    ad_account: str,
    name: str,
    rule: CouponRule,
    quota: int,
    starts_at: datetime,
    ends_at: datetime,
    valid_days: int,
    by_id: int,
) -> int:
    """Open a template for the goods of a shop that `ad_account` pays for, one for each person; return its id.

    Expects the caller to have the shop's permission. Raises InvalidOffer.
    """
    form = TemplateForm(
        stacking="ad",
        name=name,
        rule=rule,
        scope=Scope(),
        bearers=Bearers(shop_bp=0, ad_bp=BASIS_POINTS, ad_account=ad_account),
        quota=quota,
        per_person=1,
        claimable=False,
        starts_at=starts_at,
        ends_at=ends_at,
        valid_days=valid_days,
    )
    check_bearers_and_rule(form)
    values = {field: getattr(form, field) for field in form.__struct_fields__ if field != "bearers"}
    bearers = {field: getattr(form.bearers, field) for field in form.bearers.__struct_fields__}
    template_id = new_id()
    made = {"id": template_id, "shop_id": shop_id, "state": "active", "created_by": by_id, "created_at": tx.now}
    tx.execute(sa.insert(coupon_template).values(**made, granted=0, used=0, **values, **bearers))
    record_offer(tx, template_id, old=None, new="active", reason="sponsored", by_id=by_id)
    return template_id


def widen_quota(tx: Tx, *, template_id: int, quota: int) -> None:
    """Let a template have more coupons, because its budget has grown; a smaller number changes nothing."""
    smaller = sa.and_(coupon_template.c.id == template_id, coupon_template.c.quota < quota)
    tx.execute(sa.update(coupon_template).where(smaller).values(quota=quota))
