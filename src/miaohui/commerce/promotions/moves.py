"""Changing the state of offers and coupons: only as listed, and never without a row that says so."""

import sqlalchemy as sa

from miaohui.commerce.promotions.states import (
    COUPON_MOVES,
    PROMOTION_MOVES,
    TEMPLATE_MOVES,
    CouponState,
    PromotionState,
    TemplateState,
)
from miaohui.commerce.promotions.tables import coupon, coupon_move, coupon_template, offer_move, promotion
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import format_id, new_id


class OfferNotInState(Conflict):
    """The promotion or template cannot go from its state to the one that was asked for. Data: state."""

    code = "offer_not_in_state"
    title = "This offer is not in a state in which that can be done"


class CouponNotUsable(Conflict):
    """The coupon is not this person's, or used, kept for another order, or too old. Data: coupon_id."""

    code = "coupon_not_usable"
    title = "This coupon cannot be used any more"


def move_template(
    tx: Tx, template_id: int, *, old: TemplateState, new: TemplateState, reason: str, by_id: int | None
) -> None:
    """Move a template from one state to another. Raises OfferNotInState."""
    if new not in TEMPLATE_MOVES[old]:
        raise OfferNotInState(state=old)
    here = sa.and_(coupon_template.c.id == template_id, coupon_template.c.state == old)
    if not tx.changed(sa.update(coupon_template).where(here).values(state=new)):
        raise OfferNotInState(state=old)
    record_offer(tx, template_id, old=old, new=new, reason=reason, by_id=by_id)


def move_promotion(
    tx: Tx, promotion_id: int, *, old: PromotionState, new: PromotionState, reason: str, by_id: int | None
) -> None:
    """Move a promotion from one state to another. Raises OfferNotInState."""
    if new not in PROMOTION_MOVES[old]:
        raise OfferNotInState(state=old)
    here = sa.and_(promotion.c.id == promotion_id, promotion.c.state == old)
    if not tx.changed(sa.update(promotion).where(here).values(state=new)):
        raise OfferNotInState(state=old)
    record_offer(tx, promotion_id, old=old, new=new, reason=reason, by_id=by_id)


def record_offer(tx: Tx, offer_id: int, *, old: str | None, new: str, reason: str, by_id: int | None) -> None:
    """Write down what became of a promotion or template."""
    row = {"id": new_id(), "offer_id": offer_id, "from_state": old, "to_state": new}
    tx.execute(sa.insert(offer_move).values(**row, reason=reason, by_id=by_id, at=tx.now))


def move_coupon(
    tx: Tx,
    coupon_id: int,
    *,
    old: CouponState,
    new: CouponState,
    reason: str,
    condition: sa.ColumnElement[bool] | None = None,
    **values: object,
) -> None:
    """Move a coupon from one state to another, if it also meets `condition`. Raises CouponNotUsable."""
    if new not in COUPON_MOVES[old]:
        raise ValueError(f"a coupon does not go from {old} to {new}")
    here = sa.and_(coupon.c.id == coupon_id, is_still(old), *([] if condition is None else [condition]))
    if not tx.changed(sa.update(coupon).where(here).values(state=new, **values)):
        raise CouponNotUsable(coupon_id=format_id(coupon_id))
    record_coupon(tx, coupon_id, old=old, new=new, reason=reason)


def is_still(state: CouponState) -> sa.ColumnElement[bool]:
    """Return the condition that decides who moves a coupon of those that have read the same."""
    return coupon.c.state == state


def record_coupon(tx: Tx, coupon_id: int, *, old: CouponState | None, new: CouponState, reason: str) -> None:
    """Write down what became of a coupon."""
    row = {"id": new_id(), "coupon_id": coupon_id, "from_state": old, "to_state": new, "reason": reason, "at": tx.now}
    tx.execute(sa.insert(coupon_move).values(**row))
