"""Take a coupon, or be given one."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.commerce.promotions.moves import record_coupon
from miaohui.commerce.promotions.queries import HeldCoupon, Template, claims_of, template_by_id
from miaohui.commerce.promotions.tables import coupon, coupon_template
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict, NotFound
from miaohui.kit.ids import new_id


class CouponsGone(Conflict):
    """As many have been given out as there were."""

    code = "coupons_gone"
    title = "All of these coupons are taken"


class CouponLimitReached(Conflict):
    """The person has had as many of these as one may. Data: per_person."""

    code = "coupon_limit_reached"
    title = "You have had as many of these as there are for each"


class CouponNotOffered(Conflict):
    """The template is not open: not yet, no more, paused, or not for claiming."""

    code = "coupon_not_offered"
    title = "This coupon is not given out now"


def claim_coupon(tx: Tx, *, template_id: int, person_id: int, source: str) -> HeldCoupon:
    """Let a person take a coupon that is open to all. source: where, such as `shop`, `video:7`.

    Raises NotFound, CouponNotOffered, CouponsGone, CouponLimitReached.
    """
    return _give(tx, _open_template(tx, template_id, claimed=True), person_id=person_id, source=source)


def grant_coupon(tx: Tx, *, template_id: int, person_id: int, source: str) -> HeldCoupon:
    """Give a person a coupon, also of a template that cannot be claimed. The same limits hold.

    Raises NotFound, CouponNotOffered, CouponsGone, CouponLimitReached.
    """
    return _give(tx, _open_template(tx, template_id, claimed=False), person_id=person_id, source=source)


def refuse_if_gone(tx: Tx, *, template_id: int, person_id: int) -> None:
    """Tell those who come too late so with one read, before they queue for a write. Raises CouponsGone.

    Whoever has one is let through: theirs may be a request that is sent again.
    """
    found = template_by_id(tx, template_id)
    if found is None or found.granted < found.quota:
        return
    if not claims_of(tx, owner_id=person_id, template_ids=[template_id])[template_id]:
        raise CouponsGone


def has_quota() -> sa.ColumnElement[bool]:
    """The condition that decides who gets the last one."""
    return coupon_template.c.granted < coupon_template.c.quota


def _open_template(tx: Tx, template_id: int, *, claimed: bool) -> Template:
    found = template_by_id(tx, template_id)
    if found is None or found.state == "draft":
        raise NotFound
    if found.state != "active" or found.ends_at <= tx.now or (claimed and not found.claimable):
        raise CouponNotOffered
    if claimed and found.starts_at > tx.now:
        raise CouponNotOffered
    if found.granted >= found.quota:
        raise CouponsGone
    return found


def _give(tx: Tx, template: Template, *, person_id: int, source: str) -> HeldCoupon:
    columns = coupon_template.c
    here = (columns.id == template.id, columns.state == "active", has_quota())
    if not tx.changed(sa.update(coupon_template).where(*here).values(granted=columns.granted + 1)):
        raise CouponsGone
    had = claims_of(tx, owner_id=person_id, template_ids=[template.id])[template.id]
    if had >= template.per_person:
        raise CouponLimitReached(per_person=template.per_person)
    expires_at = template.ends_at
    if template.valid_days is not None:
        expires_at = min(expires_at, max(tx.now, template.starts_at) + timedelta(days=template.valid_days))
    given = HeldCoupon(
        id=new_id(),
        template_id=template.id,
        owner_id=person_id,
        number=had + 1,
        state="granted",
        trade_id=None,
        source=source,
        granted_at=tx.now,
        expires_at=expires_at,
        used_at=None,
    )
    tx.execute(sa.insert(coupon).values(**{field: getattr(given, field) for field in given.__struct_fields__}))
    record_coupon(tx, given.id, old=None, new="granted", reason=source)
    return given
