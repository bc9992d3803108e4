"""What may become of offers and coupons: all transitions that there are."""

from collections.abc import Mapping
from typing import Literal

TemplateState = Literal["draft", "active", "paused", "ended"]
PromotionState = Literal["draft", "active", "ended"]
CouponState = Literal["granted", "locked", "used", "expired", "revoked"]

TEMPLATE_MOVES: Mapping[TemplateState, frozenset[TemplateState]] = {
    "draft": frozenset({"active", "ended"}),
    "active": frozenset({"paused", "ended"}),
    "paused": frozenset({"active", "ended"}),
    "ended": frozenset(),
}
PROMOTION_MOVES: Mapping[PromotionState, frozenset[PromotionState]] = {
    "draft": frozenset({"active", "ended"}),
    "active": frozenset({"ended"}),
    "ended": frozenset(),
}
COUPON_MOVES: Mapping[CouponState, frozenset[CouponState]] = {
    "granted": frozenset({"locked", "expired", "revoked"}),
    "locked": frozenset({"used", "granted", "expired"}),
    # Given back when the order ended without it; too late for using it again, it is merely expired.
    "used": frozenset({"granted", "expired"}),
    "expired": frozenset(),
    "revoked": frozenset(),
}
