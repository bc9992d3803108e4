"""The steps from a shake to an order: shown, followed, coupon, order."""

from datetime import datetime

from miaohui.kit.outbox import Event


class SponsorShown(Event, frozen=True, kw_only=True):
    """Somebody who shook and met nobody was shown a sponsor's card."""

    sponsorship_id: int
    showing_id: int
    person_id: int
    at: datetime


class SponsorFollowed(Event, frozen=True, kw_only=True):
    """Somebody follows the shop whose card they were shown."""

    sponsorship_id: int
    showing_id: int
    person_id: int
    at: datetime


class SponsorCouponGranted(Event, frozen=True, kw_only=True):
    """The follower has the campaign's coupon. amount_minor: what it may cost the budget at most."""

    sponsorship_id: int
    showing_id: int
    person_id: int
    coupon_id: int
    amount_minor: int
    at: datetime


class SponsorCouponOrdered(Event, frozen=True, kw_only=True):
    """An order in which the coupon was used is paid."""

    sponsorship_id: int
    person_id: int
    coupon_id: int
    order_id: int
    at: datetime


class SponsorshipEnded(Event, frozen=True, kw_only=True):
    """A campaign is shown no more; what its coupons cannot cost any more goes back to the shop."""

    sponsorship_id: int
    shop_id: int
