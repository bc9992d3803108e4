"""What must hold of coupons in any database."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.promotions.tables import coupon, coupon_move, coupon_template
from miaohui.kit.audits import audit

_template = coupon_template.c


@audit("promotions.quota_is_kept", "as many coupons are out as the template says, and never more than its quota")
def quota_is_kept(dialect: str) -> sa.Select[Any]:
    """Select templates that have given out another number than they count, or more than they had."""
    used = sa.func.sum(sa.case((coupon.c.state == "used", 1), else_=0))
    given = (
        sa.select(coupon.c.template_id, sa.func.count().label("granted"), used.label("used"))
        .group_by(coupon.c.template_id)
        .subquery()
    )
    granted, spent = sa.func.coalesce(given.c.granted, 0), sa.func.coalesce(given.c.used, 0)
    wrong = sa.or_(_template.granted != granted, _template.used != spent, granted > _template.quota)
    return (
        sa.select(_template.id, _template.quota, _template.granted, granted.label("out"), _template.used)
        .outerjoin(given, given.c.template_id == _template.id)
        .where(wrong)
    )


@audit("promotions.each_has_their_share", "nobody has had more coupons of a template than it allows each")
def each_has_their_share(dialect: str) -> sa.Select[Any]:
    """Select people with too many coupons of one template."""
    had = sa.func.count()
    return (
        sa.select(coupon.c.template_id, coupon.c.owner_id, had.label("had"))
        .join(coupon_template, _template.id == coupon.c.template_id)
        .group_by(coupon.c.template_id, coupon.c.owner_id, _template.per_person)
        .having(had > _template.per_person)
    )


@audit("promotions.used_once", "a coupon is used at most once more than it was given back")
def used_once(dialect: str) -> sa.Select[Any]:
    """Select coupons that were used again without having been given back."""
    to_used = sa.func.sum(sa.case((coupon_move.c.to_state == "used", 1), else_=0))
    from_used = sa.func.sum(sa.case((coupon_move.c.from_state == "used", 1), else_=0))
    is_used = sa.case((coupon.c.state == "used", 1), else_=0)
    return (
        sa.select(coupon.c.id, coupon.c.state, to_used.label("uses"), from_used.label("returns"))
        .join(coupon_move, coupon_move.c.coupon_id == coupon.c.id)
        .group_by(coupon.c.id, coupon.c.state)
        .having(to_used - from_used != is_used)
    )


@audit("promotions.moves_lead_here", "the moves of a coupon end in its state")
def moves_lead_here(dialect: str) -> sa.Select[Any]:
    """Select coupons whose last move leads elsewhere, or that have none."""
    last = (
        sa.select(coupon_move.c.to_state)
        .where(coupon_move.c.coupon_id == coupon.c.id)
        .order_by(coupon_move.c.id.desc())
        .limit(1)
        .correlate(coupon)
        .scalar_subquery()
    )
    return sa.select(coupon.c.id, coupon.c.state, last.label("moved_to")).where(
        sa.func.coalesce(last, "") != coupon.c.state
    )
