"""Put a shop's money into a campaign's budget, and open, pause or end it."""

from datetime import timedelta

import sqlalchemy as sa

from miaohui.commerce.promotions.actions.sponsor_template import open_sponsored_template, widen_quota
from miaohui.commerce.promotions.pricing.rules import CouponRule
from miaohui.commerce.sponsorships.access import access_sponsorship
from miaohui.commerce.sponsorships.actions.return_budget import return_budget
from miaohui.commerce.sponsorships.actions.save_sponsorship import InvalidSponsorship
from miaohui.commerce.sponsorships.events import SponsorshipEnded
from miaohui.commerce.sponsorships.queries import Sponsorship, sponsorship_by_id
from miaohui.commerce.sponsorships.states import SponsorshipNotInState, SponsorshipState, move_sponsorship
from miaohui.commerce.sponsorships.tables import sponsorship
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import new_id
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry


def fund_sponsorship(tx: Tx, *, sponsorship_id: int, shop_id: int, amount_minor: int, by_id: int) -> Sponsorship:
    """Move money of the shop into the campaign's budget; twice is twice, so ask with kit.idempotency.

    Raises NotFound, Forbidden, SponsorshipNotInState for an ended one, InvalidSponsorship for what does not pay a
    single coupon, and InsufficientFunds.
    """
    found = access_sponsorship(tx, sponsorship_id=sponsorship_id, shop_id=shop_id, account_id=by_id, to="finance")
    if found.funded_minor + amount_minor < found.off_minor or amount_minor <= 0:
        raise InvalidSponsorship("The budget must pay for one coupon at least.")
    open_still = sa.and_(sponsorship.c.id == found.id, sponsorship.c.state != "ended")
    funded = sponsorship.c.funded_minor + amount_minor
    if not tx.changed(sa.update(sponsorship).where(open_still).values(funded_minor=funded)):
        raise SponsorshipNotInState(state="ended")
    now = _stored(tx, found.id)
    if now.template_id is not None:
        widen_quota(tx, template_id=now.template_id, quota=now.funded_minor // now.off_minor)
    post_entry(
        tx,
        kind="sponsorship.funded",
        ref=f"{found.id}:{new_id()}",
        currency=found.currency,
        legs=[Leg(shop_available(shop_id), found.purse, amount_minor)],
        memo=found.name,
    )
    return now


def set_sponsorship_state(
    tx: Tx, *, sponsorship_id: int, shop_id: int, state: SponsorshipState, by_id: int
) -> Sponsorship:
    """Open, pause or end a campaign; where it is already changes nothing. Coupons that people hold stay good.

    Raises NotFound, Forbidden, InvalidSponsorship for one without budget or after its end, SponsorshipNotInState.
    """
    found = access_sponsorship(tx, sponsorship_id=sponsorship_id, shop_id=shop_id, account_id=by_id)
    if found.state == state:
        return found
    if state == "active":
        _open(tx, found, by_id=by_id)
    elif state == "ended":
        end_sponsorship(tx, found, reason="by hand", by_id=by_id)
    else:
        move_sponsorship(tx, found.id, old=found.state, new=state, reason="by hand", by_id=by_id)
    return _stored(tx, found.id)


def end_sponsorship(tx: Tx, found: Sponsorship, *, reason: str, by_id: int | None) -> None:
    """End a campaign and send back what its coupons cannot cost any more. Raises SponsorshipNotInState."""
    move_sponsorship(tx, found.id, old=found.state, new="ended", reason=reason, by_id=by_id)
    tx.emit(SponsorshipEnded(sponsorship_id=found.id, shop_id=found.shop_id))
    return_budget(tx, sponsorship_id=found.id)


def _open(tx: Tx, found: Sponsorship, *, by_id: int) -> None:
    if found.ends_at <= tx.now:
        raise InvalidSponsorship("This campaign's time is over.")
    if found.funded_minor - found.reserved_minor < found.off_minor:
        raise InvalidSponsorship("The budget must pay for one coupon at least.")
    made = {}
    if found.template_id is None:
        made["template_id"] = open_sponsored_template(
            tx,
            shop_id=found.shop_id,
            ad_account=found.purse,
            name=found.name,
            rule=CouponRule(from_minor=found.from_minor, off_minor=found.off_minor),
            quota=found.funded_minor // found.off_minor,
            # Somebody who got theirs in the last minute has all its days.
            starts_at=min(found.starts_at, tx.now),
            ends_at=found.ends_at + timedelta(days=found.valid_days),
            valid_days=found.valid_days,
            by_id=by_id,
        )
    move_sponsorship(tx, found.id, old=found.state, new="active", reason="by hand", by_id=by_id, **made)


def _stored(tx: Tx, sponsorship_id: int) -> Sponsorship:
    found = sponsorship_by_id(tx, sponsorship_id)
    if found is None:
        raise NotFound
    return found
