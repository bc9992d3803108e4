"""Follow the shop whose card one was shown, and get its coupon: once, and only within the budget."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.queries import shop_by_id
from miaohui.commerce.merchants.tables import shop
from miaohui.commerce.promotions.actions.claim_coupon import CouponNotOffered, CouponsGone, grant_coupon
from miaohui.commerce.sponsorships.access import access_showing
from miaohui.commerce.sponsorships.events import SponsorCouponGranted, SponsorFollowed
from miaohui.commerce.sponsorships.queries import (
    FOLLOW_WITHIN,
    Showing,
    Sponsorship,
    grant_of,
    open_showings,
    sponsorship_by_id,
)
from miaohui.commerce.sponsorships.tables import sponsorship, sponsorship_grant, sponsorship_showing
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import new_id
from miaohui.people.graph.actions.follow_person import follow_person


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """The person follows the shop's owner. coupon_id: None where the campaign has no coupon left to give."""

    owner_id: int
    coupon_id: int | None


def follow_sponsor(tx: Tx, *, showing_id: int, person_id: int) -> Followed:
    """Follow the owner of the shop on the card, and grant its coupon; again changes nothing.

    Raises NotFound, and what follow_person raises.
    """
    showing = access_showing(tx, showing_id=showing_id, person_id=person_id)
    found = sponsorship_by_id(tx, showing.sponsorship_id)
    sponsor = None if found is None else shop_by_id(tx, found.shop_id)
    if found is None or sponsor is None:
        raise NotFound
    follow_person(tx, follower_id=person_id, followee_id=sponsor.owner_id)
    return Followed(
        owner_id=sponsor.owner_id, coupon_id=reward_follower(tx, showing, found, person_id=person_id, at=tx.now)
    )


def reward_new_follower(tx: Tx, *, follower_id: int, owner_id: int, at: datetime) -> None:
    """Do the same for who was shown the card and then, at `at`, followed the shop's owner somewhere else."""
    shops = sa.select(shop.c.id).where(shop.c.owner_id == owner_id)
    for showing in open_showings(tx, person_id=follower_id, owner_shops=shops, at=at):
        found = sponsorship_by_id(tx, showing.sponsorship_id)
        if found is not None:
            reward_follower(tx, showing, found, person_id=follower_id, at=at)


def reward_follower(tx: Tx, showing: Showing, found: Sponsorship, *, person_id: int, at: datetime) -> int | None:
    """Note who followed after which card and grant the coupon; return its id, also when it was granted before."""
    cards = sponsorship_showing.c
    unfollowed = sa.and_(cards.id == showing.id, cards.followed_at.is_(None))
    if tx.changed(sa.update(sponsorship_showing).where(unfollowed).values(followed_at=at)):
        tx.emit(SponsorFollowed(sponsorship_id=found.id, showing_id=showing.id, person_id=person_id, at=tx.now))
    had = grant_of(tx, sponsorship_id=found.id, person_id=person_id)
    if had is not None:
        return had.coupon_id
    if showing.shown_at <= at - FOLLOW_WITHIN or found.template_id is None:
        return None
    return _grant(tx, showing, found, template_id=found.template_id, person_id=person_id)


def within_budget() -> sa.ColumnElement[bool]:
    """The condition that decides who gets the last coupon of a budget."""
    return sponsorship.c.reserved_minor + sponsorship.c.off_minor <= sponsorship.c.funded_minor


def _grant(tx: Tx, showing: Showing, found: Sponsorship, *, template_id: int, person_id: int) -> int | None:
    row = {
        "id": new_id(),
        "sponsorship_id": found.id,
        "person_id": person_id,
        "showing_id": showing.id,
        "amount_minor": found.off_minor,
        "granted_at": tx.now,
    }
    # In the order of locks.py: who follows twice at once waits here for the first of the two.
    if not insert_if_absent(tx, sponsorship_grant, row):
        first = grant_of(tx, sponsorship_id=found.id, person_id=person_id)
        return None if first is None else first.coupon_id
    running = sa.and_(
        sponsorship.c.id == found.id,
        sponsorship.c.state == "active",
        sponsorship.c.ends_at > tx.now,
        within_budget(),
    )
    reserved = sponsorship.c.reserved_minor + sponsorship.c.off_minor
    here = sponsorship_grant.c.id == row["id"]
    if not tx.changed(sa.update(sponsorship).where(running).values(reserved_minor=reserved)):
        tx.execute(sa.delete(sponsorship_grant).where(here))
        return None
    try:
        given = grant_coupon(tx, template_id=template_id, person_id=person_id, source=f"sponsorship:{found.id}")
    except (CouponNotOffered, CouponsGone):
        # The shop has paused or ended the coupon by itself: nothing was changed there, and nothing is kept here.
        unreserved = sponsorship.c.reserved_minor - sponsorship.c.off_minor
        tx.execute(sa.update(sponsorship).where(sponsorship.c.id == found.id).values(reserved_minor=unreserved))
        tx.execute(sa.delete(sponsorship_grant).where(here))
        return None
    tx.execute(sa.update(sponsorship_grant).where(here).values(coupon_id=given.id))
    tx.emit(
        SponsorCouponGranted(
            sponsorship_id=found.id,
            showing_id=showing.id,
            person_id=person_id,
            coupon_id=given.id,
            amount_minor=found.off_minor,
            at=tx.now,
        )
    )
    return given.id
