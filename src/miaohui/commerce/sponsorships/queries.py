"""Reads of sponsorships."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.commerce.orders.tables import shop_order
from miaohui.commerce.promotions.tables import coupon
from miaohui.commerce.sponsorships.states import SponsorshipState
from miaohui.commerce.sponsorships.tables import sponsorship, sponsorship_grant, sponsorship_showing
from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import ad_budget
from miaohui.money.ledger.queries import balance_of

FOLLOW_WITHIN = timedelta(days=1)
"""Who follows a shop a day after its card was shown has other reasons."""


class Sponsorship(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as it stands in the database. from_minute, until_minute: minutes since midnight."""

    id: int
    shop_id: int
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
    template_id: int | None
    state: SponsorshipState
    starts_at: datetime
    ends_at: datetime
    funded_minor: int
    reserved_minor: int
    returned_minor: int

    @property
    def purse(self) -> str:
        """The ledger account that holds its budget."""
        return ad_budget(self.id)


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """One card that was shown."""

    id: int
    sponsorship_id: int
    person_id: int | None
    shown_at: datetime
    followed_at: datetime | None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that a follower has got. order_id: the paid order in which it was used."""

    id: int
    sponsorship_id: int
    person_id: int | None
    coupon_id: int | None
    amount_minor: int
    order_id: int | None


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """From the shake to the order. people: who were shown at least one card. revenue_minor: what buyers paid for
    the orders in which the coupon was used. spent_minor: what the coupons have cost the budget, refunds deducted.
    left_minor: what can still be promised to followers."""

    shown: int
    people: int
    followed: int
    granted: int
    ordered: int
    revenue_minor: int
    spent_minor: int
    left_minor: int


_COLUMNS = tuple(sponsorship.c[field] for field in Sponsorship.__struct_fields__)
_SHOWING = tuple(sponsorship_showing.c[field] for field in Showing.__struct_fields__)
_GRANT = tuple(sponsorship_grant.c[field] for field in Grant.__struct_fields__)


def sponsorship_by_id(tx: Tx, sponsorship_id: int) -> Sponsorship | None:
    """Return a campaign, whoever asks."""
    return tx.one(sa.select(*_COLUMNS).where(sponsorship.c.id == sponsorship_id), Sponsorship)


def sponsorships_of_shop(tx: Tx, shop_id: int) -> list[Sponsorship]:
    """Return a shop's campaigns, newest first."""
    mine = sa.select(*_COLUMNS).where(sponsorship.c.shop_id == shop_id)
    return tx.all(mine.order_by(sponsorship.c.id.desc()).limit(200), Sponsorship)


def running_near(tx: Tx, *, latitude: float, reach: float, limit: int) -> list[Sponsorship]:
    """Return campaigns that run now and can afford one coupon more, between two parallels `reach` degrees away."""
    running = sa.and_(
        sponsorship.c.state == "active",
        sponsorship.c.latitude.between(latitude - reach, latitude + reach),
        sponsorship.c.starts_at <= tx.now,
        sponsorship.c.ends_at > tx.now,
        sponsorship.c.reserved_minor + sponsorship.c.off_minor <= sponsorship.c.funded_minor,
    )
    return tx.all(sa.select(*_COLUMNS).where(running).order_by(sponsorship.c.id).limit(limit), Sponsorship)


def showing_by_id(tx: Tx, showing_id: int) -> Showing | None:
    """Return one showing, whoever asks."""
    return tx.one(sa.select(*_SHOWING).where(sponsorship_showing.c.id == showing_id), Showing)


def showing_of_ticket(tx: Tx, *, person_id: int, ticket_id: str) -> Showing | None:
    """Return what this shake has been shown already."""
    same = (sponsorship_showing.c.person_id == person_id, sponsorship_showing.c.ticket_id == ticket_id)
    return tx.one(sa.select(*_SHOWING).where(*same), Showing)


def open_showings(tx: Tx, *, person_id: int, owner_shops: Any, at: datetime) -> list[Showing]:
    """Return what a person was shown of these shops within a day before `at` and had not followed, newest first."""
    fresh = sa.and_(
        sponsorship_showing.c.person_id == person_id,
        sponsorship_showing.c.followed_at.is_(None),
        sponsorship_showing.c.shown_at > at - FOLLOW_WITHIN,
        sponsorship_showing.c.shown_at <= at,
        sponsorship.c.shop_id.in_(owner_shops),
    )
    found = sa.select(*_SHOWING).join(sponsorship, sponsorship.c.id == sponsorship_showing.c.sponsorship_id)
    return tx.all(found.where(fresh).order_by(sponsorship_showing.c.id.desc()), Showing)


def grant_of(tx: Tx, *, sponsorship_id: int, person_id: int) -> Grant | None:
    """Return what a person has got of a campaign."""
    mine = (sponsorship_grant.c.sponsorship_id == sponsorship_id, sponsorship_grant.c.person_id == person_id)
    return tx.one(sa.select(*_GRANT).where(*mine), Grant)


def grant_of_coupon(tx: Tx, coupon_id: int) -> Grant | None:
    """Return the grant that a coupon came with."""
    return tx.one(sa.select(*_GRANT).where(sponsorship_grant.c.coupon_id == coupon_id), Grant)


def outstanding_minor(tx: Tx, sponsorship_id: int) -> int:
    """Return what the coupons that can still be used may cost."""
    usable = sa.and_(
        sponsorship_grant.c.sponsorship_id == sponsorship_id,
        sa.or_(coupon.c.state == "locked", sa.and_(coupon.c.state == "granted", coupon.c.expires_at > tx.now)),
    )
    total = sa.select(sa.func.sum(sponsorship_grant.c.amount_minor))
    return int(tx.scalar(total.join(coupon, coupon.c.id == sponsorship_grant.c.coupon_id).where(usable)) or 0)


def funnel_of(tx: Tx, found: Sponsorship) -> Funnel:
    """Return how far people went from a campaign's card."""
    cards = sponsorship_showing.c
    # Without an account any more, each card counts as a person of its own.
    person = sa.func.coalesce(cards.person_id, -cards.id)
    shown, people, followed = tx.execute(
        sa.select(sa.func.count(), sa.func.count(person.distinct()), sa.func.count(cards.followed_at)).where(
            cards.sponsorship_id == found.id
        )
    ).one()
    granted, ordered, revenue = tx.execute(
        sa.select(sa.func.count(), sa.func.count(sponsorship_grant.c.order_id), sa.func.sum(shop_order.c.payable_minor))
        .select_from(sponsorship_grant)
        .outerjoin(shop_order, shop_order.c.id == sponsorship_grant.c.order_id)
        .where(sponsorship_grant.c.sponsorship_id == found.id)
    ).one()
    held = balance_of(tx, code=found.purse, currency=found.currency)
    return Funnel(
        shown=shown,
        people=people,
        followed=followed,
        granted=granted,
        ordered=ordered,
        revenue_minor=int(revenue or 0),
        spent_minor=found.funded_minor - found.returned_minor - held,
        left_minor=0 if found.state == "ended" else found.funded_minor - found.reserved_minor,
    )
