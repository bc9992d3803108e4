"""Campaigns as the API shows and takes them: ids are strings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from miaohui.commerce.promotions.answers import CouponAnswer, describe_coupons
from miaohui.commerce.promotions.queries import HeldCoupon, coupons_of
from miaohui.commerce.sponsorships.access import access_sponsorship
from miaohui.commerce.sponsorships.actions.save_sponsorship import (
    LONGEST_NAME,
    LONGEST_WORDS,
    MINUTES_OF_DAY,
    MOST_INTERESTS,
    MOST_OFF_MINOR,
    NEAREST_M,
    WIDEST_M,
    SponsorshipForm,
)
from miaohui.commerce.sponsorships.queries import Funnel, Sponsorship, funnel_of, sponsorships_of_shop
from miaohui.commerce.sponsorships.states import SponsorshipState
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id

Minute = Annotated[int, msgspec.Meta(ge=0, le=MINUTES_OF_DAY)]
Minor = Annotated[int, msgspec.Meta(ge=0, le=MOST_OFF_MINOR)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_MOST_COUPONS = 10_000


class SponsorshipInput(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign. from_minute, until_minute: minutes since midnight, 0 to 1440 for the whole day; an end before
    the beginning goes on past midnight. interests: none for everybody. off_minor: what the coupon takes off from
    `from_minor` on; valid_days: from the grant."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    words: Annotated[str, msgspec.Meta(max_length=LONGEST_WORDS)] = ""
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    radius_m: Annotated[int, msgspec.Meta(ge=NEAREST_M, le=WIDEST_M)]
    from_minute: Minute = 0
    until_minute: Minute = MINUTES_OF_DAY
    interests: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]], msgspec.Meta(max_length=MOST_INTERESTS)
    ] = msgspec.field(default_factory=list)
    from_minor: Minor = 0
    off_minor: Annotated[int, msgspec.Meta(ge=1, le=MOST_OFF_MINOR)]
    valid_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 7
    starts_at: Moment
    ends_at: Moment

    def form(self) -> SponsorshipForm:
        return SponsorshipForm(**{field: getattr(self, field) for field in self.__struct_fields__})


class SponsorshipAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign and its funnel, as its shop sees it. funded_minor: what was put in, returned_minor: what came back."""

    id: Id
    shop_id: Id
    state: SponsorshipState
    name: str
    words: str
    latitude: float
    longitude: float
    radius_m: int
    from_minute: int
    until_minute: int
    interests: list[str]
    currency: str
    from_minor: int
    off_minor: int
    valid_days: int
    starts_at: datetime
    ends_at: datetime
    funded_minor: int
    returned_minor: int
    funnel: Funnel


class Sponsorships(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's campaigns, newest first."""

    items: list[SponsorshipAnswer]


class SponsorFollow(msgspec.Struct, frozen=True, kw_only=True):
    """The person follows the shop's owner. coupon: null where none is left to give."""

    owner_id: Id
    coupon: CouponAnswer | None


def read_sponsorships(tx: Tx, *, shop_id: int) -> Sponsorships:
    """Return a shop's campaigns with their funnels."""
    return Sponsorships(items=[describe_sponsorship(tx, one) for one in sponsorships_of_shop(tx, shop_id)])


def read_sponsorship(tx: Tx, *, sponsorship_id: int, shop_id: int, by_id: int) -> SponsorshipAnswer:
    """Return one campaign to those who make the shop's offers. Raises NotFound, Forbidden."""
    found = access_sponsorship(tx, sponsorship_id=sponsorship_id, shop_id=shop_id, account_id=by_id)
    return describe_sponsorship(tx, found)


def read_own_coupon(tx: Tx, *, coupon_id: int, owner_id: int) -> CouponAnswer | None:
    """Return a coupon as its owner sees it."""
    held: Sequence[HeldCoupon] = coupons_of(tx, owner_id=owner_id, limit=_MOST_COUPONS)
    return next(iter(describe_coupons(tx, [one for one in held if one.id == coupon_id])), None)


def describe_sponsorship(tx: Tx, found: Sponsorship) -> SponsorshipAnswer:
    """Return a campaign as the console shows it."""
    values = {field: getattr(found, field) for field in SponsorshipAnswer.__struct_fields__ if hasattr(found, field)}
    ids = {"id": format_id(found.id), "shop_id": format_id(found.shop_id)}
    return SponsorshipAnswer(**{**values, **ids, "funnel": funnel_of(tx, found)})
