"""The JSON API of promotions: one's coupons, claiming them, and the consoles of shops and operators."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import get, post, put
from litestar.params import Parameter

from miaohui.commerce.merchants.access import access_visited_shop
from miaohui.commerce.promotions.access import access_offers
from miaohui.commerce.promotions.actions.claim_coupon import claim_coupon, refuse_if_gone
from miaohui.commerce.promotions.actions.save_promotion import (
    change_promotion,
    create_promotion,
    set_promotion_state,
)
from miaohui.commerce.promotions.actions.save_template import change_template, create_template, set_template_state
from miaohui.commerce.promotions.answers import (
    ClaimableCoupons,
    CouponAnswer,
    Coupons,
    PromotionAnswer,
    PromotionInput,
    Promotions,
    TemplateAnswer,
    TemplateInput,
    Templates,
    describe_coupons,
    describe_promotion,
    describe_template,
    read_claimable,
    read_coupons,
    read_promotions,
    read_templates,
)
from miaohui.commerce.promotions.states import CouponState, PromotionState, TemplateState
from miaohui.kit.db import Database, Tx
from miaohui.kit.http.viewer import Member, Viewer
from miaohui.kit.idempotency import hash_of_request, remember
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.rate_limits import RateLimits

_TAG = ["coupons"]
_SHOP_TAG = ["shops"]
_OPERATOR_TAG = ["operator"]
_CLAIMS_A_MINUTE = 60
_KEY_FORM = r"^[\x21-\x7e]{1,64}$"
Limit = Annotated[int, Parameter(ge=1, le=100, description="entries at most")]
Cursor = Annotated[str | None, Parameter(max_length=120, description="from the page before")]
Key = Annotated[
    str | None,
    Parameter(header="Idempotency-Key", pattern=_KEY_FORM, description="the same one again gets the first result"),
]


class NewClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Where the coupon was found, such as `shop` or `video:7`."""

    source: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[a-z_]+(:[0-9]+)?$")] = "shop"


class TemplateStateInput(msgspec.Struct, frozen=True, kw_only=True):
    """The state to bring a template to."""

    state: TemplateState


class PromotionStateInput(msgspec.Struct, frozen=True, kw_only=True):
    """The state to bring a promotion to."""

    state: PromotionState


@get("/api/v1/coupons", tags=_TAG)
async def list_own(
    *,
    member: Member,
    db: Database,
    coupon_state: Annotated[CouponState | None, Parameter(query="state")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Coupons:
    """List one's own coupons, newest first."""
    return await db.read(read_coupons, owner_id=member.account_id, state=coupon_state, cursor=cursor, limit=limit)


@get("/api/v1/coupon-templates", tags=_TAG)
async def list_platforms(*, viewer: Viewer, db: Database) -> ClaimableCoupons:
    """List the coupons that the platform gives out now."""
    return await db.read(read_claimable, shop_id=None, person_id=viewer.account_id)


@get("/api/v1/shops/{shop_id:str}/coupons", tags=_TAG)
async def list_of_shop(*, shop_id: Id, viewer: Viewer, db: Database) -> ClaimableCoupons:
    """List the coupons that a shop gives out now."""
    return await db.read(
        _claimable_of_shop, shop_id=parse_id(shop_id), viewer_id=viewer.person_id, person_id=viewer.account_id
    )


@post("/api/v1/coupon-templates/{template_id:str}/claims", tags=_TAG)
async def claim(
    *, template_id: Id, data: NewClaim, member: Member, db: Database, limiter: RateLimits, key: Key = None
) -> CouponAnswer:
    """Take a coupon. A resend with the same key gets the first result."""
    limiter.check("coupons.claim", member.account_id, _CLAIMS_A_MINUTE, 60)
    wanted = {"template_id": parse_id(template_id), "person_id": member.account_id}
    # Most of a rush comes too late; they hear so without waiting in the queue of the writes.
    await db.read(refuse_if_gone, **wanted)
    return await db.write(_claim, **wanted, source=data.source, key=key)


@get("/api/v1/shops/{shop_id:str}/coupon-templates", tags=_SHOP_TAG)
async def list_shop_templates(
    *, shop_id: Id, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Templates:
    """List a shop's coupon templates, to those who make its offers."""
    return await db.read(_templates, by_id=member.account_id, shop_id=parse_id(shop_id), cursor=cursor, limit=limit)


@post("/api/v1/shops/{shop_id:str}/coupon-templates", tags=_SHOP_TAG)
async def make_shop_template(*, shop_id: Id, data: TemplateInput, member: Member, db: Database) -> TemplateAnswer:
    """Make a draft of a shop's coupon."""
    made = await db.write(create_template, shop_id=parse_id(shop_id), form=data.form(), by_id=member.account_id)
    return describe_template(made)


@put("/api/v1/shops/{shop_id:str}/coupon-templates/{template_id:str}", tags=_SHOP_TAG)
async def change_shop_template(
    *, shop_id: Id, template_id: Id, data: TemplateInput, member: Member, db: Database
) -> TemplateAnswer:
    """Replace a draft of a shop's coupon."""
    place = {"shop_id": parse_id(shop_id), "template_id": parse_id(template_id), "by_id": member.account_id}
    return describe_template(await db.write(change_template, **place, form=data.form()))


@put("/api/v1/shops/{shop_id:str}/coupon-templates/{template_id:str}/state", tags=_SHOP_TAG)
async def move_shop_template(
    *, shop_id: Id, template_id: Id, data: TemplateStateInput, member: Member, db: Database
) -> TemplateAnswer:
    """Open, pause or end a shop's coupon. What people hold stays good."""
    place = {"shop_id": parse_id(shop_id), "template_id": parse_id(template_id), "by_id": member.account_id}
    return describe_template(await db.write(set_template_state, **place, state=data.state))


@get("/api/v1/shops/{shop_id:str}/promotions", tags=_SHOP_TAG)
async def list_shop_promotions(
    *, shop_id: Id, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None
) -> Promotions:
    """List a shop's promotions, to those who make its offers."""
    return await db.read(_promotions, by_id=member.account_id, shop_id=parse_id(shop_id), cursor=cursor, limit=limit)


@post("/api/v1/shops/{shop_id:str}/promotions", tags=_SHOP_TAG)
async def make_shop_promotion(*, shop_id: Id, data: PromotionInput, member: Member, db: Database) -> PromotionAnswer:
    """Make a draft of a shop's promotion."""
    made = await db.write(create_promotion, shop_id=parse_id(shop_id), form=data.form(), by_id=member.account_id)
    return describe_promotion(made)


@put("/api/v1/shops/{shop_id:str}/promotions/{promotion_id:str}", tags=_SHOP_TAG)
async def change_shop_promotion(
    *, shop_id: Id, promotion_id: Id, data: PromotionInput, member: Member, db: Database
) -> PromotionAnswer:
    """Replace a draft of a shop's promotion."""
    place = {"shop_id": parse_id(shop_id), "promotion_id": parse_id(promotion_id), "by_id": member.account_id}
    return describe_promotion(await db.write(change_promotion, **place, form=data.form()))


@put("/api/v1/shops/{shop_id:str}/promotions/{promotion_id:str}/state", tags=_SHOP_TAG)
async def move_shop_promotion(
    *, shop_id: Id, promotion_id: Id, data: PromotionStateInput, member: Member, db: Database
) -> PromotionAnswer:
    """Start or end a shop's promotion. A flash sale sets its units apart, and gives back what is left."""
    place = {"shop_id": parse_id(shop_id), "promotion_id": parse_id(promotion_id), "by_id": member.account_id}
    return describe_promotion(await db.write(set_promotion_state, **place, state=data.state))


@get("/api/v1/operator/coupon-templates", tags=_OPERATOR_TAG)
async def list_templates(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Templates:
    """List the platform's coupon templates."""
    return await db.read(_templates, by_id=member.account_id, shop_id=None, cursor=cursor, limit=limit)


@post("/api/v1/operator/coupon-templates", tags=_OPERATOR_TAG)
async def make_template(*, data: TemplateInput, member: Member, db: Database) -> TemplateAnswer:
    """Make a draft of a coupon of the platform or of an advertiser."""
    made = await db.write(create_template, shop_id=None, form=data.form(), by_id=member.account_id)
    return describe_template(made)


@put("/api/v1/operator/coupon-templates/{template_id:str}", tags=_OPERATOR_TAG)
async def rewrite_template(*, template_id: Id, data: TemplateInput, member: Member, db: Database) -> TemplateAnswer:
    """Replace a draft of a coupon of the platform."""
    place = {"template_id": parse_id(template_id), "by_id": member.account_id}
    return describe_template(await db.write(change_template, **place, shop_id=None, form=data.form()))


@put("/api/v1/operator/coupon-templates/{template_id:str}/state", tags=_OPERATOR_TAG)
async def move_template(*, template_id: Id, data: TemplateStateInput, member: Member, db: Database) -> TemplateAnswer:
    """Open, pause or end a coupon of the platform. What people hold stays good."""
    place = {"template_id": parse_id(template_id), "by_id": member.account_id}
    return describe_template(await db.write(set_template_state, **place, shop_id=None, state=data.state))


@get("/api/v1/operator/promotions", tags=_OPERATOR_TAG)
async def list_promotions(*, member: Member, db: Database, limit: Limit = 20, cursor: Cursor = None) -> Promotions:
    """List the platform's promotions."""
    return await db.read(_promotions, by_id=member.account_id, shop_id=None, cursor=cursor, limit=limit)


@post("/api/v1/operator/promotions", tags=_OPERATOR_TAG)
async def make_promotion(*, data: PromotionInput, member: Member, db: Database) -> PromotionAnswer:
    """Make a draft of a promotion across shops."""
    made = await db.write(create_promotion, shop_id=None, form=data.form(), by_id=member.account_id)
    return describe_promotion(made)


@put("/api/v1/operator/promotions/{promotion_id:str}", tags=_OPERATOR_TAG)
async def rewrite_promotion(*, promotion_id: Id, data: PromotionInput, member: Member, db: Database) -> PromotionAnswer:
    """Replace a draft of a promotion across shops."""
    place = {"promotion_id": parse_id(promotion_id), "by_id": member.account_id}
    return describe_promotion(await db.write(change_promotion, **place, shop_id=None, form=data.form()))


@put("/api/v1/operator/promotions/{promotion_id:str}/state", tags=_OPERATOR_TAG)
async def move_promotion(
    *, promotion_id: Id, data: PromotionStateInput, member: Member, db: Database
) -> PromotionAnswer:
    """Start or end a promotion across shops."""
    place = {"promotion_id": parse_id(promotion_id), "by_id": member.account_id}
    return describe_promotion(await db.write(set_promotion_state, **place, shop_id=None, state=data.state))


def _claim(tx: Tx, *, template_id: int, person_id: int, source: str, key: str | None) -> CouponAnswer:
    def compute() -> CouponAnswer:
        claimed = claim_coupon(tx, template_id=template_id, person_id=person_id, source=source)
        return describe_coupons(tx, [claimed])[0]

    request = hash_of_request("POST", f"coupon-templates/{template_id}/claims", source.encode())
    return remember(tx, actor_id=person_id, key=key, request_hash=request, compute=compute, kind=CouponAnswer)


def _claimable_of_shop(tx: Tx, *, shop_id: int, viewer_id: int, person_id: int | None) -> ClaimableCoupons:
    access_visited_shop(tx, shop_id=shop_id, viewer_id=viewer_id)
    return read_claimable(tx, shop_id=shop_id, person_id=person_id)


def _templates(tx: Tx, *, by_id: int, shop_id: int | None, cursor: str | None, limit: int) -> Templates:
    access_offers(tx, shop_id=shop_id, by_id=by_id)
    return read_templates(tx, shop_id=shop_id, cursor=cursor, limit=limit)


def _promotions(tx: Tx, *, by_id: int, shop_id: int | None, cursor: str | None, limit: int) -> Promotions:
    access_offers(tx, shop_id=shop_id, by_id=by_id)
    return read_promotions(tx, shop_id=shop_id, cursor=cursor, limit=limit)


route_handlers: Sequence[Any] = (
    list_own,
    list_platforms,
    list_of_shop,
    claim,
    list_shop_templates,
    make_shop_template,
    change_shop_template,
    move_shop_template,
    list_shop_promotions,
    make_shop_promotion,
    change_shop_promotion,
    move_shop_promotion,
    list_templates,
    make_template,
    rewrite_template,
    move_template,
    list_promotions,
    make_promotion,
    rewrite_promotion,
    move_promotion,
)
