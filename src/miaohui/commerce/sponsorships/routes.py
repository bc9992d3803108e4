"""The JSON API of sponsored shakes: a shop's campaigns, and following whose card one was shown."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post, put

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.sponsorships.actions.follow_sponsor import follow_sponsor
from miaohui.commerce.sponsorships.actions.fund_sponsorship import fund_sponsorship, set_sponsorship_state
from miaohui.commerce.sponsorships.actions.save_sponsorship import change_sponsorship, create_sponsorship
from miaohui.commerce.sponsorships.answers import (
    SponsorFollow,
    SponsorshipAnswer,
    SponsorshipInput,
    Sponsorships,
    describe_sponsorship,
    read_own_coupon,
    read_sponsorship,
    read_sponsorships,
)
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member
from miaohui.kit.idempotency import hash_of_request, key_of_request, remember
from miaohui.kit.ids import Id, format_id, parse_id
from miaohui.kit.rate_limits import RateLimits

_TAG = ["shops"]
_CARD_TAG = ["shake"]
_FOLLOWS_A_MINUTE = 20
_MOST_MINOR = 10_000_000_00


class NewFunding(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what the shop can draw goes into the campaign's budget."""

    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=_MOST_MINOR)]


class SponsorshipStateInput(msgspec.Struct, frozen=True, kw_only=True):
    """The state to bring a campaign to."""

    state: Literal["active", "paused", "ended"]


@get("/api/v1/shops/{shop_id:str}/sponsorships", tags=_TAG)
async def list_campaigns(*, shop_id: Id, member: Member, db: Database) -> Sponsorships:
    """List a shop's sponsored shakes with their funnels, newest first."""

    def read(tx: Tx) -> Sponsorships:
        access_shop(tx, shop_id=parse_id(shop_id), account_id=member.account_id, to="promotions")
        return read_sponsorships(tx, shop_id=parse_id(shop_id))

    return await db.read(read)


@post("/api/v1/shops/{shop_id:str}/sponsorships", tags=_TAG)
async def make_campaign(*, shop_id: Id, data: SponsorshipInput, member: Member, db: Database) -> SponsorshipAnswer:
    """Make a draft of a sponsored shake."""

    def make(tx: Tx) -> SponsorshipAnswer:
        form = data.form()
        return describe_sponsorship(
            tx, create_sponsorship(tx, shop_id=parse_id(shop_id), form=form, by_id=member.account_id)
        )

    return await db.write(make)


@get("/api/v1/shops/{shop_id:str}/sponsorships/{sponsorship_id:str}", tags=_TAG)
async def show_campaign(*, shop_id: Id, sponsorship_id: Id, member: Member, db: Database) -> SponsorshipAnswer:
    """Show one sponsored shake with its funnel."""
    return await db.read(read_sponsorship, **_named(shop_id, sponsorship_id, member))


@put("/api/v1/shops/{shop_id:str}/sponsorships/{sponsorship_id:str}", tags=_TAG)
async def change_campaign(
    *, shop_id: Id, sponsorship_id: Id, data: SponsorshipInput, member: Member, db: Database
) -> SponsorshipAnswer:
    """Replace a draft of a sponsored shake."""
    named = _named(shop_id, sponsorship_id, member)

    def change(tx: Tx) -> SponsorshipAnswer:
        return describe_sponsorship(tx, change_sponsorship(tx, **named, form=data.form()))

    return await db.write(change)


@post("/api/v1/shops/{shop_id:str}/sponsorships/{sponsorship_id:str}/funding", tags=_TAG)
async def fund_campaign(
    *,
    request: Request[Any, Any, Any],
    shop_id: Id,
    sponsorship_id: Id,
    data: NewFunding,
    member: Member,
    db: Database,
) -> SponsorshipAnswer:
    """Move money that the shop could draw into the budget. A resend with the same Idempotency-Key moves it once."""
    named = _named(shop_id, sponsorship_id, member)
    key = key_of_request(request.headers)
    request_hash = hash_of_request("POST", request.url.path, msgspec.json.encode(data))

    def fund(tx: Tx) -> SponsorshipAnswer:
        def compute() -> SponsorshipAnswer:
            return describe_sponsorship(tx, fund_sponsorship(tx, **named, amount_minor=data.amount_minor))

        actor_id = member.account_id
        return remember(
            tx, actor_id=actor_id, key=key, request_hash=request_hash, compute=compute, kind=SponsorshipAnswer
        )

    return await db.write(fund)


@put("/api/v1/shops/{shop_id:str}/sponsorships/{sponsorship_id:str}/state", tags=_TAG)
async def move_campaign(
    *, shop_id: Id, sponsorship_id: Id, data: SponsorshipStateInput, member: Member, db: Database
) -> SponsorshipAnswer:
    """Open, pause or end a sponsored shake. Ended, what no coupon can cost any more goes back to the shop."""
    named = _named(shop_id, sponsorship_id, member)

    def move(tx: Tx) -> SponsorshipAnswer:
        return describe_sponsorship(tx, set_sponsorship_state(tx, **named, state=data.state))

    return await db.write(move)


@post("/api/v1/sponsor-cards/{card_id:str}/follow", tags=_CARD_TAG)
async def follow_card(*, card_id: Id, member: Member, db: Database, limiter: RateLimits) -> SponsorFollow:
    """Follow the shop on a card that one was shown, and get its coupon; again changes nothing."""
    limiter.check("sponsorships.follow", member.account_id, _FOLLOWS_A_MINUTE, 60)

    def follow(tx: Tx) -> SponsorFollow:
        me = member.account_id
        followed = follow_sponsor(tx, showing_id=parse_id(card_id), person_id=me)
        got = followed.coupon_id
        coupon = None if got is None else read_own_coupon(tx, coupon_id=got, owner_id=me)
        return SponsorFollow(owner_id=format_id(followed.owner_id), coupon=coupon)

    return await db.write(follow)


def _named(shop_id: str, sponsorship_id: str, member: Member) -> dict[str, int]:
    return {"shop_id": parse_id(shop_id), "sponsorship_id": parse_id(sponsorship_id), "by_id": member.account_id}


route_handlers: Sequence[Any] = (
    list_campaigns,
    make_campaign,
    show_campaign,
    change_campaign,
    fund_campaign,
    move_campaign,
    follow_card,
)
